import Foundation
import Model
import Testing

@testable import Sandbox

/// A vendor small enough for tests: two segments, about 160 customers.
enum PracticeFixture {
    static func configuration(
        resellerEffect: PlanEffect = PlanEffect(renewal: 0.08, churn: 0, discount: 0)
    ) -> VendorConfiguration {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is no currency") }
        return VendorConfiguration(
            start: Day(number: 20_458), currency: euro,  // 2026-01-05
            signing: SigningHabits(earlyShare: 0.6, earlyDays: 42, lateShare: 0.25, lateDays: 25),
            season: DiscountSeason(days: 14, addition: 0.04),
            restatements: RestatementHabits(share: 0.05, withinDays: 60, sigma: 0.15),
            segments: [
                segment("reseller", effects: ["retention-bonus": resellerEffect]),
                segment(
                    "msp",
                    effects: ["discount-freedom": PlanEffect(renewal: 0, churn: 0.06, discount: 0.01)]),
            ])
    }

    static func segment(
        _ type: String, partners: Int = 20, effects: [IncentivePlan.ID: PlanEffect]
    ) -> SegmentConfiguration {
        SegmentConfiguration(
            type: type, partners: partners, inactive: 0.1, customersPerPartner: .init(centre: 5, sigma: 0.8),
            newBusinessPerYear: 0.3, renewal: 0.8, icc: 0.03, sizeCorrelation: 0.2,
            midTermChurnPerYear: 0.05,
            terms: [.init(months: 12, share: 0.7), .init(months: 36, share: 0.3)],
            annualAmount: .init(centre: 9000, sigma: 0.8),
            discount: .init(mean: 0.12, standardDeviation: 0.08), effects: effects, whale: nil)
    }

    static func instant(_ text: String) throws -> Instant { try #require(Instant(iso: text)) }

    /// Every row the CRM shows, as bytes.
    static func dump(_ vendor: SimulatedVendor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for object in ["Account", "Contract"] {
            let schema = object == "Account" ? AccountRow.schema : ContractRow.schema
            let names = schema.fields.map(\.name).joined(separator: ", ")
            bytes += try page(of: vendor, "SELECT \(names) FROM \(object)", size: .max >> 1)
        }
        return bytes
    }

    static func page(of vendor: SimulatedVendor, _ text: String, size: Int) throws -> [UInt8] {
        let result = try result(of: vendor, text)
        return result.page(0..<min(size, result.written), next: nil, basePath: "/services/data/v61.0")
    }

    static func result(of vendor: SimulatedVendor, _ text: String) throws -> QueryResult {
        let query = try SOQLParser.parse(text)
        return query.object == "Account"
            ? QueryResult(of: try QueryPlan(query, schema: AccountRow.schema), from: vendor.accountTable)
            : QueryResult(of: try QueryPlan(query, schema: ContractRow.schema), from: vendor.contractTable)
    }
}
