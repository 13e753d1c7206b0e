import CRMEmulators
import Model
import Transport

@testable import Ingestion

extension Vendor {
    /// Must stand in no message.
    static let canarySecret = "canary-7f3a"

    /// The connector against a server, as the daemon would wire it.
    func source(origin: String, environment: SourceEnvironment) throws -> any OutcomeSource {
        guard let place = HTTPOrigin(url: origin) else { throw NoOrigin() }
        var policy = TransportPolicy()
        policy.allowsPlainHTTP = [place.hostPort]
        policy.allowsPrivateAddresses = [place.hostPort]
        policy.totalTimeout = .milliseconds(1500)
        let http = try HTTPClient(policy: policy)
        let name = Source.Name("lab")
        let mapping = SourceMapping(streams: [self.mapping])
        func client(_ authorizer: any Authorizer, _ faults: any FaultReader) -> SourceClient {
            SourceClient(
                source: name, origin: place, http: http, authorizer: authorizer, faults: faults,
                environment: environment)
        }
        func oauth(_ flow: OAuthSettings.Flow, path: String, expectsInstance: Bool = false) -> OAuthAuthorizer
        {
            OAuthAuthorizer(
                OAuthSettings(
                    source: name, tokenURL: origin + path, flow: flow, clientID: "lab-client",
                    proof: .form(Secret(Self.canarySecret)), expectsInstance: expectsInstance,
                    acceptsInstance: { $0 == place }), http: http, environment: environment)
        }
        switch self {
        case .salesforce:
            let authorizer = oauth(
                .clientCredentials, path: SalesforceSource.tokenPath, expectsInstance: true)
            return try SalesforceSource(
                SalesforceConfiguration(name: name, mapping: mapping),
                client: client(authorizer, SalesforceFaultReader()))
        case .hubspot:
            let authorizer = oauth(
                .refreshToken(Secret(Self.canarySecret)), path: HubSpotConfiguration.tokenPath)
            return try HubSpotSource(
                HubSpotConfiguration(name: name, mapping: mapping),
                client: client(authorizer, HubSpotFaultReader()))
        case .dataverse, .dataverseWindows:
            let authorizer = oauth(.clientCredentials, path: "/tenant/oauth2/v2.0/token")
            return try DataverseSource(
                DataverseConfiguration(
                    name: name, mapping: mapping, usesChangeTracking: self == .dataverse),
                client: client(authorizer, DataverseFaultReader()))
        case .stripe:
            return try StripeSource(
                StripeConfiguration(name: name, mapping: mapping),
                client: client(
                    FixedAuthorizer(.bearer(Secret(EmulatedStripe.key))), StripeFaultReader()))
        case .generic:
            return try GenericSource(
                GenericConfiguration(name: name, mapping: mapping),
                client: client(
                    FixedAuthorizer(.header(name: "x-api-token", value: Secret(EmulatedRest.key))),
                    GenericFaultReader()))
        }
    }

    private struct NoOrigin: Error {}
}
