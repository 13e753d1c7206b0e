internal import Model
internal import Transport

/// The organisation's objects as described so far, each asked for once.
actor SalesforceObjects {
    private let client: SourceClient
    private let version: String
    private var known: [String: SalesforceObject] = [:]

    init(client: SourceClient, version: String) {
        self.client = client
        self.version = version
    }

    /// `isFresh`: asked for now, whatever was known.
    func describe(_ object: String, isFresh: Bool) async throws(SourceError) -> SalesforceObject {
        if !isFresh, let found = known[object] { return found }
        let action = "asking for the fields of \(object)"
        let path = "/services/data/v\(version)/sobjects/\(object)/describe"
        let instance = try await client.instance()
        let response = try await client.send(
            SourceRequest(
                .get, instance.description + path, headers: [("Accept", "application/json")], action: action))
        let found: SalesforceObject
        do throws(SalesforcePageFault) {
            found = try SalesforceObject(parsing: response.body)
        } catch {
            throw SourceError(.malformed, source: client.source, detail: "\(action): \(error.reason)")
        }
        guard found.name == object else {
            // Records would come under the other spelling, and a position stored under this one would be lost.
            throw SourceError(
                .unmappable, source: client.source,
                detail: "Salesforce calls the object '\(object)' '\(found.name.prefix(80))'; write it so")
        }
        known[object] = found
        return found
    }

    func forget() { known = [:] }

    /// The field at the end of a path that starts at `object`; without one, why there is none.
    ///
    /// Names compare exactly: Salesforce takes any case in a question and answers in its own, so that another
    /// spelling would find nothing in the answer and lose the field unseen.
    func field(
        _ path: String, of object: SalesforceObject
    ) async throws(SourceError) -> (found: SalesforceObject.Field?, reason: String) {
        let parts = path.split(separator: ".").map(String.init)
        guard let last = parts.last else { return (nil, "the name is empty") }
        var objects = [object]
        for part in parts.dropLast() {
            guard let step = objects.lazy.compactMap({ $0.relationship(part) }).first else {
                return (nil, objects[0].reasonForNoField(part, isLast: false))
            }
            // An owner is a user or a queue; more kinds than these no mapping can mean.
            objects = []
            for target in step.targets.prefix(4) {
                do throws(SourceError) {
                    objects.append(try await describe(target, isFresh: false))
                } catch {
                    guard error.kind == .unmappable || error.kind == .unauthorized else { throw error }
                }
            }
            guard !objects.isEmpty else { return (nil, "'\(part)' leads to no object that can be read") }
        }
        if let found = objects.lazy.compactMap({ $0.fields[last] }).first { return (found, "") }
        return (nil, objects[0].reasonForNoField(last, isLast: true))
    }
}
