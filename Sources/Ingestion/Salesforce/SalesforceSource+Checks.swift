internal import Model
internal import Transport

extension SalesforceSource {
    package func checks() async -> [SourceCheck] {
        var checks: [SourceCheck] = []
        guard await connection(&checks) else { return checks }
        guard await credentials(&checks) else { return checks }
        for stream in streams { await object(of: stream, &checks) }
        return checks
    }

    /// Name resolution, certificate, version and clocks: all in one answer that needs no rights.
    private func connection(_ checks: inout [SourceCheck]) async -> Bool {
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await get("/services/data/", action: "asking for the versions of the API")
        } catch {
            let subject = error.kind == .unauthorized ? "credentials" : "connection"
            checks.append(SourceCheck(subject, .failure, error.description))
            return false
        }
        checks.append(SourceCheck("connection", .ok, "name, certificate and address are accepted"))
        checks.append(version(response))
        checks.append(clock(response))
        return true
    }

    private func version(_ response: HTTPResponse) -> SourceCheck {
        let subject = "API version"
        guard case .array(let list)? = try? JSONValue(parsing: response.body) else {
            return SourceCheck(
                subject, .failure, "the answer is no list of versions; is this a Salesforce host?")
        }
        let offered = list.compactMap { $0["version"]?.string }.filter(SalesforceVersions.isVersion)
        guard let newest = offered.last, let oldest = offered.first else {
            return SourceCheck(
                subject, .failure, "the organisation offers no version; is this a Salesforce host?")
        }
        guard offered.contains(configuration.apiVersion) else {
            return SourceCheck(
                subject, .failure,
                "\(configuration.apiVersion) is not offered; set apiVersion to one from \(oldest) to \(newest)"
            )
        }
        return SourceCheck(subject, .ok, "\(configuration.apiVersion) is offered, \(newest) is the newest")
    }

    private func clock(_ response: HTTPResponse) -> SourceCheck {
        guard let lead = client.clockLead(over: response) else {
            return SourceCheck("clock", .failure, "the answer has no Date header; windows cannot be bounded")
        }
        let distance =
            "this machine's clock is \(abs(lead)) s \(lead < 0 ? "behind" : "ahead of") Salesforce's"
        switch abs(lead) {
        case ..<30: return SourceCheck("clock", .ok, distance)
        case ..<180: return SourceCheck("clock", .warning, "\(distance); let NTP keep it")
        // An assertion of the JWT flow lives three minutes.
        default:
            return SourceCheck(
                "clock", .failure,
                "\(distance); sign-in by JWT is refused as invalid_grant; let NTP keep it")
        }
    }

    /// The token works, calls are left, and whether the integration user sees everything.
    private func credentials(_ checks: inout [SourceCheck]) async -> Bool {
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await get(versioned(""), action: "asking who the integration user is")
        } catch {
            checks.append(SourceCheck("credentials", .failure, error.description))
            return false
        }
        checks.append(SourceCheck("credentials", .ok, "the token is accepted"))
        if let quota = SalesforceFaultReader().quota(in: response) {
            let share = quota.used * 100 / quota.limit
            let words = "\(quota.used) of \(quota.limit) calls of the last 24 hours are used"
            checks.append(
                share < 60
                    ? SourceCheck("calls", .ok, words)
                    : SourceCheck(
                        "calls", .warning, "\(words); reading stops where the share for others begins"))
        }
        let identity = (try? JSONValue(parsing: response.body))?["identity"]?.string
        await sight(identity?.split(separator: "/").last.map(String.init), &checks)
        return true
    }

    /// Sharing rules hide rows without a word: only "View All Data" makes every count a count of everything.
    private func sight(_ user: String?, _ checks: inout [SourceCheck]) async {
        let subject = "rights on all rows"
        guard let user, SalesforceID.isPlausible(user) else {
            checks.append(
                SourceCheck(
                    subject, .warning, "the integration user is not told; give it 'View All Data' yourself"))
            return
        }
        let id = SOQL.literal(user)
        let everything = await count(
            "SELECT COUNT() FROM PermissionSetAssignment WHERE AssigneeId = \(id) "
                + "AND PermissionSet.PermissionsViewAllData = true")
        if let everything, everything > 0 {
            checks.append(SourceCheck(subject, .ok, "the integration user has 'View All Data'"))
            return
        }
        for object in Set(streams.map(\.mapping.object)).sorted() {
            let views = await count(
                "SELECT COUNT() FROM ObjectPermissions WHERE SobjectType = \(SOQL.literal(object)) "
                    + "AND PermissionsViewAllRecords = true AND ParentId IN "
                    + "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = \(id))")
            let subject = "\(subject) of \(object)"
            if let views, views > 0 {
                checks.append(SourceCheck(subject, .ok, "the integration user has 'View All' on \(object)"))
            } else {
                checks.append(
                    SourceCheck(
                        subject, .warning,
                        "the integration user may not see every row of \(object), and Salesforce does not say "
                            + "which it hides; give it 'View All' on \(object) in a permission set"))
            }
        }
    }

    /// `nil` when it cannot be told.
    private func count(_ soql: String) async -> Int? {
        let response = try? await get(
            versioned("query?q=\(WebText.encoded(soql))"), action: "asking for the user's rights")
        return response.flatMap { try? JSONValue(parsing: $0.body) }?["totalSize"]?.integer
    }

    private func object(of stream: StreamPlan, _ checks: inout [SourceCheck]) async {
        let mapping = stream.mapping
        let subject = "object \(mapping.object) of stream '\(stream.name)'"
        let object: SalesforceObject
        do throws(SourceError) {
            object = try await objects.describe(mapping.object, isFresh: true)
        } catch {
            let hint = error.kind == .unmappable ? await nearestObject(mapping.object) : ""
            checks.append(SourceCheck(subject, .failure, error.description + hint))
            return
        }
        checks.append(stampCheck(subject, object))
        for path in Set(mapping.sourceFields).union(mapping.selection.conditions.keys).sorted() {
            checks.append(await field(path, of: object))
        }
    }

    private func stampCheck(_ subject: String, _ object: SalesforceObject) -> SourceCheck {
        switch object.stampField {
        case nil:
            SourceCheck(
                subject, .failure,
                "none of \(SalesforceObject.stamps.joined(separator: ", ")) may be filtered by; its changes cannot "
                    + "be found")
        case "SystemModstamp"?: SourceCheck(subject, .ok, "changes are found by SystemModstamp")
        case let stamp?:
            SourceCheck(
                subject, .warning,
                "changes are found by \(stamp), since SystemModstamp may not be filtered by; what automation "
                    + "changes may not move it")
        }
    }

    private func field(_ path: String, of object: SalesforceObject) async -> SourceCheck {
        let subject = "field '\(path)' of \(object.name)"
        do throws(SourceError) {
            let (field, reason) = try await objects.field(path, of: object)
            guard let field else { return SourceCheck(subject, .failure, reason) }
            if field.isCalculated || path.contains(".") {
                return SourceCheck(
                    subject, .ok,
                    "\(field.type); changes without the record's stamp moving, so everything is read again daily"
                )
            }
            return SourceCheck(subject, .ok, field.type)
        } catch {
            return SourceCheck(subject, .failure, error.description)
        }
    }

    private func nearestObject(_ name: String) async -> String {
        let response = try? await get(versioned("sobjects/"), action: "listing objects")
        guard case .array(let list)? = response.flatMap({ try? JSONValue(parsing: $0.body) })?["sobjects"]
        else {
            return ""
        }
        return suggestion(for: name, among: list.compactMap { $0["name"]?.string })
    }
}
