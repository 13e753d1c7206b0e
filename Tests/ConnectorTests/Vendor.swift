import CRMEmulators
import Model
import Testing
import Transport

@testable import Ingestion

/// A connector beside a server that speaks its protocol.
enum Vendor: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case salesforce, hubspot, dataverse, dataverseWindows, stripe, generic

    var testDescription: String { rawValue }

    var emulated: any EmulatedProtocol {
        switch self {
        case .salesforce: EmulatedSalesforce()
        case .hubspot: EmulatedHubSpot()
        case .dataverse: EmulatedDataverse(isTracked: true)
        case .dataverseWindows: EmulatedDataverse(isTracked: false)
        case .stripe: EmulatedStripe()
        case .generic: EmulatedRest()
        }
    }

    /// Whether records can be deleted at it.
    var deletes: Bool { self != .stripe }

    /// Whether its clients follow links and locators that it hands out.
    func canMeet(_ fault: EmulatedFault) -> Bool {
        switch fault {
        case .expiredToken: self != .stripe && self != .generic
        case .foreignNext: self == .salesforce || self == .dataverse || self == .dataverseWindows
        case .forgottenToken: self == .dataverse
        default: true
        }
    }

    func id(_ number: Int) -> String {
        let digits = String(1_000_000 + number).dropFirst()
        return switch self {
        case .salesforce: "800000000000" + digits
        case .hubspot: "9\(digits)"
        case .dataverse, .dataverseWindows: "00000000-0000-0000-0000-000000\(digits)"
        case .stripe: "sub_\(digits)"
        case .generic: "k\(digits)"
        }
    }

    var mapping: StreamMapping {
        switch self {
        case .salesforce:
            return contracts(
                object: "Contract",
                [
                    "contract": "Id", "partner": "Partner__c", "customer": "AccountId",
                    "signedOn": "CustomerSignedDate", "startsOn": "StartDate", "endsOn": "EndDate",
                    "cancelledOn": "CancelledDate__c", "annualAmount": "AnnualAmount__c",
                ])
        case .hubspot:
            return contracts(
                object: "contracts",
                [
                    "contract": "hs_object_id", "partner": "partner", "customer": "customer",
                    "signedOn": "signed_on", "startsOn": "starts_on", "endsOn": "ends_on",
                    "cancelledOn": "cancelled_on", "annualAmount": "annual_amount",
                ])
        case .dataverse, .dataverseWindows:
            return contracts(
                object: "contract",
                [
                    "contract": "contractid", "partner": "fw_partner", "customer": "fw_customer",
                    "signedOn": "fw_signedon", "startsOn": "fw_startson", "endsOn": "fw_endson",
                    "cancelledOn": "fw_cancelledon", "annualAmount": "fw_amount",
                ])
        case .stripe:
            var mapping = contracts(
                object: "subscriptions",
                [
                    "contract": "id", "partner": "metadata.partner_id", "customer": "customer",
                    "annualAmount": "@annualAmount",
                ])
            mapping.amountUnit = .minor
            mapping.timeZone = "UTC"
            mapping.fields["signedOn"] = FieldRule(paths: ["start_date"], format: .epochSeconds)
            mapping.fields["startsOn"] = FieldRule(paths: ["start_date"], format: .epochSeconds)
            mapping.fields["endsOn"] = FieldRule(paths: ["@currentPeriodEnd"], format: .epochSeconds)
            mapping.fields["cancelledOn"] = FieldRule(paths: ["ended_at"], format: .epochSeconds)
            return mapping
        case .generic:
            var mapping = contracts(
                object: "contracts",
                [
                    "contract": "id", "partner": "partner.id", "customer": "customer",
                    "signedOn": "signed_on", "startsOn": "starts_on", "endsOn": "ends_on",
                    "cancelledOn": "cancelled_on", "annualAmount": "amount",
                ])
            mapping.request = RequestMapping(
                path: "/api/contracts", query: ["limit": "{pageSize}"],
                changesQuery: ["updated_since": "{lower}"], records: "/data", id: "id",
                modified: .init(path: "updated_at", format: .moment),
                pagination: .cursor(pointer: "/meta/next_cursor", parameter: "cursor"),
                deleted: FieldCondition(field: "deleted", values: ["true"]), mergedInto: "merged_into",
                total: "/meta/total")
            return mapping
        }
    }

    private func contracts(object: String, _ fields: [String: String]) -> StreamMapping {
        StreamMapping(
            stream: "contracts", object: object, kind: .contract, fields: fields.mapValues { FieldRule($0) },
            currency: Currency("EUR"), refreshHours: 24)
    }
}
