import Documents
import Ingestion
import Model
import Operations
import Transport

/// Makes one source that is asked over HTTP: its client, how it signs, and its connector.
struct ServiceWiring {
    let name: Source.Name
    let settings: ServiceConfiguration
    let wiring: SourceWiring
    let origin: HTTPOrigin

    init(_ name: Source.Name, _ settings: ServiceConfiguration, _ wiring: SourceWiring) throws {
        self.name = name
        self.settings = settings
        self.wiring = wiring
        guard let origin = HTTPOrigin(url: settings.url) else {
            throw OperationError(.invalid, "source '\(name)' has no usable 'url': '\(settings.url)'")
        }
        self.origin = origin
    }

    func wired() throws -> WiredSource {
        let http = try HTTPClient(policy: policy())
        let client = SourceClient(
            source: name, origin: origin, http: http, authorizer: try authorizer(http), faults: faults,
            environment: wiring.requests, pace: pace, allowedOrigins: Set(allowedOrigins))
        return WiredSource(
            try connector(client), everyMinutes: settings.everyMinutes, mapping: rows(of:),
            usage: { SourceUsage(await client.meter()) })
    }

    private var allowedOrigins: [HTTPOrigin] { settings.allowHosts.compactMap { HTTPOrigin(url: $0) } }

    private var tokenOrigin: HTTPOrigin? { tokenURL.flatMap { HTTPOrigin(url: $0) } }

    private func policy() throws -> TransportPolicy {
        var policy = TransportPolicy()
        let hosts = Set(([origin, tokenOrigin].compactMap { $0 } + allowedOrigins).map(\.hostPort))
        if settings.allowPlainHTTP { policy.allowsPlainHTTP = hosts }
        if settings.allowPrivateAddress { policy.allowsPrivateAddresses = hosts }
        policy.connectTimeout = .seconds(settings.connectSeconds)
        policy.lowSpeedTime = .seconds(settings.silenceSeconds)
        policy.totalTimeout = .seconds(settings.totalSeconds)
        if let path = settings.caFile { try checkAuthorities(at: path, key: "sources.\(name).caFile") }
        policy.caFile = settings.caFile
        if let proxy = settings.proxy {
            guard let proxy = HTTPOrigin(url: proxy) else {
                throw OperationError(.invalid, "source '\(name)' has no usable 'proxy': '\(proxy)'")
            }
            policy.proxy = HTTPProxy(proxy)
        }
        return policy
    }

    private var pace: SourcePace {
        var pace: SourcePace
        switch settings.kind {
        // Usage guidelines: 100 requests in 10 seconds for the smallest plans, 5 searches a second.
        case .hubspot:
            pace = SourcePace(
                rates: [SourcePace.Rate(requests: 100, seconds: 10)],
                lanes: ["search": [SourcePace.Rate(requests: 5, seconds: 1)]])
        // A restricted key may do 25 a second at an endpoint.
        case .stripe: pace = SourcePace(rates: [SourcePace.Rate(requests: 20, seconds: 1)])
        case .salesforce, .dataverse, .generic: pace = SourcePace()
        }
        pace.requestsPerDay = settings.requestsPerDay
        pace.reserve = Double(settings.reservePercent) / 100
        return pace
    }

    private var faults: any FaultReader {
        switch settings.kind {
        case .salesforce: SalesforceFaultReader()
        case .hubspot: HubSpotFaultReader(portalTimeZone: settings.timeZone)
        case .dataverse: DataverseFaultReader()
        case .stripe: StripeFaultReader()
        case .generic: GenericFaultReader()
        }
    }

    private func connector(_ client: SourceClient) throws -> any OutcomeSource {
        let mapping = try wiring.mapping(at: settings.mapping, of: name, kind: settings.kind)
            .inZone(settings.timeZone)
        let overlap = Duration.seconds(settings.overlapMinutes * 60)
        let lag = settings.lagSeconds.map { Duration.seconds($0) }
        switch settings.kind {
        case .salesforce:
            var configuration = SalesforceConfiguration(
                name: name, mapping: mapping, overlap: overlap, bulkAbove: settings.bulkAbove)
            if let version = settings.apiVersion { configuration.apiVersion = String(version.dropFirst()) }
            if let lag { configuration.lag = lag }
            if let size = settings.pageSize { configuration.pageSize = size }
            return try SalesforceSource(configuration, client: client)
        case .hubspot:
            var configuration = HubSpotConfiguration(name: name, mapping: mapping, overlap: overlap)
            if let lag { configuration.lag = lag }
            if let prefix = settings.pathPrefix { configuration.pathPrefix = prefix }
            if let size = settings.pageSize {
                configuration.searchPageSize = size
                configuration.listPageSize = min(size, configuration.listPageSize)
            }
            return try HubSpotSource(configuration, client: client, now: wiring.requests.now)
        case .dataverse:
            var configuration = DataverseConfiguration(name: name, mapping: mapping, overlap: overlap)
            if let version = settings.apiVersion { configuration.apiVersion = version }
            if let lag { configuration.lag = lag }
            if let size = settings.pageSize { configuration.pageSize = size }
            return try DataverseSource(configuration, client: client, now: wiring.requests.now)
        case .stripe:
            var configuration = StripeConfiguration(name: name, mapping: mapping, overlap: overlap)
            if let version = settings.apiVersion { configuration.version = version }
            return try StripeSource(configuration, client: client)
        case .generic:
            var configuration = GenericConfiguration(name: name, mapping: mapping, overlap: overlap)
            if let lag { configuration.lag = lag }
            return try GenericSource(configuration, client: client)
        }
    }
}

extension SourceUsage {
    fileprivate init(_ meter: SourceMeter) {
        self.init(
            requests: meter.requests,
            retries: Dictionary(
                uniqueKeysWithValues: meter.repeats.map { ($0.key.rawValue, $0.value) }),
            throttledSeconds: meter.throttledSeconds,
            quota: meter.quota.map { Quota(used: $0.used, limit: $0.limit) },
            throttledUntil: meter.throttledUntil)
    }
}

// MARK: - Signing in

extension ServiceWiring {
    private func secret(_ reference: SecretReference, _ key: String) throws -> Secret {
        Secret(
            try reference.resolve(for: "sources.\(name).auth.\(key)", environment: wiring.environment))
    }

    /// Where tokens are asked for: as configured, or where the system usually hands them out.
    private var tokenURL: String? {
        switch settings.auth {
        case .clientCredentials(let app): app.tokenURL ?? usualTokenURL
        case .jwtBearer(let app): app.tokenURL ?? usualTokenURL
        case .refreshToken(let app): app.tokenURL ?? usualTokenURL
        case .bearer, .basic, .header, .none: nil
        }
    }

    private var usualTokenURL: String? {
        switch settings.kind {
        case .salesforce: settings.url + SalesforceSource.tokenPath
        case .hubspot: settings.url + HubSpotConfiguration.tokenPath
        case .dataverse, .stripe, .generic: nil
        }
    }

    private func authorizer(_ http: HTTPClient) throws -> any Authorizer {
        switch settings.auth {
        case .none: return FixedAuthorizer(.none)
        case .bearer(let bearer): return FixedAuthorizer(.bearer(try secret(bearer.token, "token")))
        case .header(let header):
            return FixedAuthorizer(.header(name: header.name, value: try secret(header.value, "value")))
        case .basic(let basic):
            let password = try basic.password.map { try secret($0, "password") } ?? Secret("")
            let user = try basic.userSecret.map { try secret($0, "userSecret").reveal() } ?? basic.user
            return FixedAuthorizer(.basic(user: user, password: password))
        case .clientCredentials(let app):
            let proof = try secret(app.clientSecret, "clientSecret")
            var fields: [(name: String, value: String)] = []
            if let scope = app.scope ?? usualScope { fields.append(("scope", scope)) }
            return try oauth(
                .clientCredentials, id: app.clientID,
                proof: app.secretInHeader ? .header(proof) : .form(proof),
                fields: fields, http)
        case .jwtBearer(let app):
            let assertion = JWTAssertion(
                issuer: app.clientID, subject: app.username, audience: app.audience ?? settings.url,
                privateKey: try secret(app.privateKey, "privateKey"))
            return try oauth(.jwtBearer(assertion), id: app.clientID, proof: .none, fields: [], http)
        case .refreshToken(let app):
            let proof = try app.clientSecret.map {
                OAuthSettings.ClientProof.form(try secret($0, "clientSecret"))
            }
            return try oauth(
                .refreshToken(try secret(app.refreshToken, "refreshToken")), id: app.clientID,
                proof: proof ?? .none, fields: [], http)
        }
    }

    private var usualScope: String? { settings.kind == .dataverse ? "\(settings.url)/.default" : nil }

    private func oauth(
        _ flow: OAuthSettings.Flow, id: String, proof: OAuthSettings.ClientProof,
        fields: [(name: String, value: String)], _ http: HTTPClient
    ) throws -> any Authorizer {
        guard let tokenURL else {
            throw OperationError(
                .invalid,
                "source '\(name)' does not say where tokens are asked for; set 'auth.tokenURL' "
                    + "(Dataverse: https://login.microsoftonline.com/TENANT/oauth2/v2.0/token)")
        }
        let isSalesforce = settings.kind == .salesforce
        let (origin, allowed) = (origin, Set(allowedOrigins.map(\.hostPort)))
        return OAuthAuthorizer(
            OAuthSettings(
                source: name, tokenURL: tokenURL, flow: flow, clientID: id, proof: proof, fields: fields,
                expectsInstance: isSalesforce,
                acceptsInstance: { instance in
                    guard isSalesforce else { return false }
                    return SalesforceSource.acceptsInstance(instance, login: origin, allowed: allowed)
                }), http: http, environment: wiring.signing)
    }
}
