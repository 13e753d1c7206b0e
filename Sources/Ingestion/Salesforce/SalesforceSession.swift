internal import Foundation
internal import Model
internal import Transport

/// The access token of a Salesforce organisation, fetched when it is first needed or has been refused.
///
/// Salesforce says nothing about how long a token lives, so it is replaced when the API refuses it. However
/// many requests are refused at once, one new token is fetched.
actor SalesforceSession {
    /// A token and the address to use it at.
    struct Grant: Sendable {
        var token: Secret
        /// "https://acme.my.salesforce.com", without a trailing slash.
        var instance: HTTPOrigin
        /// Counts tokens, so that a refusal names the token that was refused.
        var number: Int
    }

    private let configuration: SalesforceConfiguration
    private let login: HTTPOrigin
    private let client: HTTPClient
    private var grant: Grant?
    private var fetch: Fetch?

    /// A token request under way and how many callers still want its answer.
    private struct Fetch {
        let task: Task<Result<Grant, SourceError>, Never>
        var waiting = 0
    }

    init(_ configuration: SalesforceConfiguration, login: HTTPOrigin, client: HTTPClient) {
        self.configuration = configuration
        self.login = login
        self.client = client
    }

    /// The current grant; a new one when the current one's number is `refused`.
    func grant(replacing refused: Int? = nil) async throws(SourceError) -> Grant {
        if let grant, grant.number != refused { return grant }
        var current = fetch ?? newFetch()
        current.waiting += 1
        fetch = current
        let task = current.task
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            Task { await self.giveUp(task) }
        }
        if fetch?.task == task { fetch = nil }
        let grant = try result.get()
        if grant.number > self.grant?.number ?? 0 { self.grant = grant }
        return grant
    }

    private func newFetch() -> Fetch {
        let number = (grant?.number ?? 0) + 1
        return Fetch(
            task: Task { () async -> Result<Grant, SourceError> in
                do throws(SourceError) {
                    return .success(try await self.requestGrant(number: number))
                } catch {
                    return .failure(error)
                }
            })
    }

    /// A caller was cancelled; the request itself is when nobody waits for it any more.
    private func giveUp(_ task: Task<Result<Grant, SourceError>, Never>) {
        guard fetch?.task == task, var current = fetch else { return }
        current.waiting -= 1
        fetch = current.waiting > 0 ? current : nil
        if current.waiting == 0 { task.cancel() }
    }

    private func requestGrant(number: Int) async throws(SourceError) -> Grant {
        let form =
            "grant_type=client_credentials&client_id=\(percentEncoded(configuration.clientID))"
            + "&client_secret=\(percentEncoded(configuration.clientSecret.reveal()))"
        var request = HTTPRequest(
            .post, "\(login)/services/oauth2/token",
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(form.utf8))
        request.bodyLimit = .failAbove(64 << 10)
        request.totalTimeout = .seconds(15)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await client.send(request)
        } catch {
            throw SourceError(error, source: configuration.name)
        }
        guard response.status == 200 else { throw refusal(response) }
        guard let answer = try? JSONValue(parsing: response.body),
            let token = answer["access_token"]?.string, !token.isEmpty,
            let instanceURL = answer["instance_url"]?.string
        else {
            throw error(
                .malformed,
                "the token endpoint answered without a token; expected JSON with "
                    + "'access_token' and 'instance_url'")
        }
        guard let instance = HTTPOrigin(url: instanceURL), isTrusted(instance) else {
            throw error(
                .foreignLink,
                "the token endpoint named an instance that is neither '\(login.host)' nor a Salesforce host; "
                    + "set 'url' to it if it is yours")
        }
        return Grant(token: Secret(token), instance: instance, number: number)
    }

    private func refusal(_ response: HTTPResponse) -> SourceError {
        let fault = SalesforceFault(response)
        let found = fault.sourceError(configuration.name, while: "asking for a token")
        // Here 400 means the credentials, not the mapping.
        guard found.kind == .unmappable else { return found }
        return error(.unauthorized, found.detail)
    }

    private func isTrusted(_ instance: HTTPOrigin) -> Bool {
        if instance == login { return true }
        let isSalesforce = [".salesforce.com", ".force.com"].contains { instance.host.hasSuffix($0) }
        return instance.scheme == "https" && instance.port == 443 && isSalesforce
    }

    private func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: configuration.name, detail: detail)
    }
}
