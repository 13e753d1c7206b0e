extension ConfigurationReader {
    private enum SourceKind: String, CaseIterable {
        case salesforce, hubspot, dataverse, stripe, generic, csv, files
    }

    func readSource(_ section: Section) -> SourceConfiguration? {
        let kind: SourceKind? = section.required("kind", .choice)
        switch kind {
        case .salesforce, .hubspot, .dataverse, .stripe, .generic:
            let service = kind.flatMap { ServiceConfiguration.Kind(rawValue: $0.rawValue) }
            return service.flatMap { readService(section, kind: $0) }.map { .service($0) }
        case .csv: return .csv(readCSV(section))
        case .files: return readFiles(section).map { .files($0) }
        case nil:
            _ = section.fields()
            return nil
        }
    }

    private func readService(
        _ section: Section, kind: ServiceConfiguration.Kind
    ) -> ServiceConfiguration? {
        let url = section.required("url", .webAddress)
        let mapping = section.required("mapping", .mappingPath)
        let auth = readSignIn(section, kind: kind)
        var service = ServiceConfiguration(
            kind: kind, url: url ?? "", mapping: ConfigurationPath.resolve(mapping ?? "", in: directory),
            auth: auth ?? .none)
        readConnection(section, into: &service)
        readRhythm(section, into: &service)
        (service.allowPlainHTTP, service.allowPrivateAddress) = readAddressRules(section, url: url)
        return url != nil && mapping != nil && auth != nil ? service : nil
    }

    private func readConnection(_ section: Section, into service: inout ServiceConfiguration) {
        service.allowHosts = section.field("allowHosts")?.list(of: .webAddress) ?? []
        service.caFile = path("caFile", in: section)
        service.proxy = section.optional("proxy", .webAddress)
        service.connectSeconds = section.value(
            "connectSeconds", .integer(in: 1...120), default: service.connectSeconds)
        service.silenceSeconds = section.value(
            "silenceSeconds", .integer(in: 5...900), default: service.silenceSeconds)
        service.totalSeconds = section.value(
            "totalSeconds", .integer(in: 10...7200), default: service.totalSeconds)
        service.requestsPerDay = section.optional("requestsPerDay", .integer(in: 1...10_000_000))
        service.reservePercent = section.value(
            "reservePercent", .integer(in: 0...95), default: service.reservePercent)
    }

    private func readRhythm(_ section: Section, into service: inout ServiceConfiguration) {
        service.timeZone = section.optional("timeZone", .timeZone)
        service.lagSeconds = section.optional("lagSeconds", .integer(in: 0...3600))
        service.overlapMinutes = section.value(
            "overlapMinutes", .integer(in: 0...1440), default: service.overlapMinutes)
        service.everyMinutes = section.value(
            "everyMinutes", .integer(in: 1...1440), default: service.everyMinutes)
        switch service.kind {
        case .salesforce:
            service.pageSize = section.optional("pageSize", .integer(in: 200...2000))
            service.apiVersion = section.optional("apiVersion", .salesforceVersion)
            service.bulkAbove = section.value(
                "bulkAbove", .integer(in: 0...100_000_000), default: service.bulkAbove)
        case .hubspot:
            service.pageSize = section.optional("pageSize", .integer(in: 10...200))
            service.pathPrefix = section.optional("pathPrefix", .urlPath)
        case .dataverse:
            service.pageSize = section.optional("pageSize", .integer(in: 10...5000))
            service.apiVersion = section.optional("apiVersion", .text(example: "v9.2", maxLength: 10))
        case .stripe:
            service.apiVersion = section.optional("apiVersion", .text(example: "2024-06-20", maxLength: 40))
        case .generic: break
        }
    }

    private func readCSV(_ section: Section) -> CSVConfiguration {
        var csv = CSVConfiguration()
        csv.partners = path("partners", in: section)
        csv.contracts = path("contracts", in: section)
        csv.milestones = path("milestones", in: section)
        csv.readings = path("readings", in: section)
        csv.payments = path("payments", in: section)
        csv.renewals = path("renewals", in: section)
        csv.churn = path("churn", in: section)
        csv.discounts = path("discounts", in: section)
        csv.opportunities = path("opportunities", in: section)
        csv.forecasts = path("forecasts", in: section)
        csv.attributions = path("attributions", in: section)
        let kinds = Mirror(reflecting: csv).children.compactMap(\.label)
        if !kinds.contains(where: section.contains) {
            section.fault("'\(section.name)' names no file; expected one of \(kinds.joined(separator: ", "))")
        }
        return csv
    }

    private func readFiles(_ section: Section) -> FilesConfiguration? {
        let folder = section.required("directory", .path)
        let mapping = section.required("mapping", .mappingPath)
        let nullToken = section.optional("nullToken", .text(example: "\"NULL\"", maxLength: 40))
        let zone = section.optional("timeZone", .timeZone)
        guard let folder, let mapping else { return nil }
        return FilesConfiguration(
            directory: ConfigurationPath.resolve(folder, in: directory),
            mapping: ConfigurationPath.resolve(mapping, in: directory), nullToken: nullToken, timeZone: zone)
    }

    func readAddressRules(_ section: Section, url: String?) -> (plain: Bool, private: Bool) {
        let plain = section.value("allowPlainHTTP", .boolean, default: false)
        let isPrivate = section.value("allowPrivateAddress", .boolean, default: false)
        if let url, url.lowercased().hasPrefix("http://"), !plain {
            section.fault(
                "'\(section.name).url' is not encrypted; expected https://, or 'allowPlainHTTP: true' for a test",
                at: "url")
        }
        return (plain, isPrivate)
    }
}

// MARK: Signing in

extension ConfigurationReader {
    private enum SignInKind: String, CaseIterable {
        case clientCredentials, jwtBearer, refreshToken, bearer, basic, header, none
    }

    /// `auth`, or for Salesforce `clientID` and `clientSecret` beside the address.
    private func readSignIn(
        _ section: Section, kind: ServiceConfiguration.Kind
    ) -> SignInConfiguration? {
        if kind == .salesforce, !section.contains("auth") {
            return readClientCredentials(section, tokenURL: nil).map { .clientCredentials($0) }
        }
        let expectation = "how requests are signed, such as {kind: bearer, token: {environment: CRM_TOKEN}}"
        guard let auth = section.requiredSection("auth", expecting: expectation) else { return nil }
        defer { auth.finish() }
        let signIn: SignInKind? = auth.required("kind", .choice)
        guard let signIn else {
            _ = auth.fields()
            return nil
        }
        return read(auth, signIn)
    }

    private func read(_ auth: Section, _ kind: SignInKind) -> SignInConfiguration? {
        switch kind {
        case .clientCredentials:
            let tokenURL = auth.optional("tokenURL", .webAddress)
            return readClientCredentials(auth, tokenURL: tokenURL).map { .clientCredentials($0) }
        case .jwtBearer: return readJWTBearer(auth).map { .jwtBearer($0) }
        case .refreshToken: return readRefreshToken(auth).map { .refreshToken($0) }
        case .bearer:
            let token = auth.requiredSecret("token", directory: directory)
            return token.map { .bearer(BearerConfiguration(token: $0)) }
        case .basic: return readBasic(auth)
        case .header:
            let name = auth.required("name", .headerName)
            let value = auth.requiredSecret("value", directory: directory)
            guard let name, let value else { return nil }
            return .header(HeaderConfiguration(name: name, value: value))
        case .none: return SignInConfiguration.none
        }
    }

    private func readClientCredentials(
        _ section: Section, tokenURL: String?
    ) -> ClientCredentialsConfiguration? {
        let id = section.required("clientID", .clientID)
        let secret = section.requiredSecret("clientSecret", directory: directory)
        let scope = section.optional(
            "scope", .text(example: "https://org.crm.dynamics.com/.default", maxLength: 1000))
        let inHeader = section.value("secretInHeader", .boolean, default: false)
        guard let id, let secret else { return nil }
        return ClientCredentialsConfiguration(
            clientID: id, clientSecret: secret, scope: scope, tokenURL: tokenURL, secretInHeader: inHeader)
    }

    private func readJWTBearer(_ auth: Section) -> JWTBearerConfiguration? {
        let id = auth.required("clientID", .clientID)
        let user = auth.required("username", .text(example: "fairway@example.com", maxLength: 500))
        let key = auth.requiredSecret("privateKey", directory: directory)
        let audience = auth.optional("audience", .webAddress)
        let tokenURL = auth.optional("tokenURL", .webAddress)
        guard let id, let user, let key else { return nil }
        return JWTBearerConfiguration(
            clientID: id, username: user, privateKey: key, audience: audience, tokenURL: tokenURL)
    }

    private func readRefreshToken(_ auth: Section) -> RefreshTokenConfiguration? {
        let id = auth.required("clientID", .clientID)
        let secret =
            auth.contains("clientSecret") ? auth.requiredSecret("clientSecret", directory: directory) : nil
        let token = auth.requiredSecret("refreshToken", directory: directory)
        let tokenURL = auth.optional("tokenURL", .webAddress)
        guard let id, let token else { return nil }
        return RefreshTokenConfiguration(
            clientID: id, clientSecret: secret, refreshToken: token, tokenURL: tokenURL)
    }

    private func readBasic(_ auth: Section) -> SignInConfiguration? {
        let user = auth.optional("user", .text(example: "fairway", maxLength: 500))
        let userSecret =
            auth.contains("userSecret") ? auth.requiredSecret("userSecret", directory: directory) : nil
        let password =
            auth.contains("password") ? auth.requiredSecret("password", directory: directory) : nil
        guard auth.contains("user") != auth.contains("userSecret") else {
            auth.fault(
                "'\(auth.name)' needs either 'user' or, where the user is the key, 'userSecret'; "
                    + "expected one of them")
            return nil
        }
        guard user != nil || userSecret != nil else { return nil }
        return .basic(BasicConfiguration(user: user ?? "", password: password, userSecret: userSecret))
    }
}
