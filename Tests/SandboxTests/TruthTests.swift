import Foundation
import Model
import Testing

@testable import Sandbox

@Suite struct TruthTests {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../config/sandbox.yaml").standardized.path

    @Test func theBuiltInVendorIsTheShippedOne() throws {
        let shipped = try VendorConfiguration(path: TruthTests.path)
        #expect(VendorConfiguration.standard == shipped)
        // A state file is held against the hash of its vendor.
        #expect(
            try ContentHash(ofCanonicalJSON: VendorConfiguration.standard)
                == ContentHash(ofCanonicalJSON: shipped))
    }

    @Test func namesTheFourLessonsOfTheDefaultVendor() throws {
        for seed in UInt64(1)...3 {
            let truth = Truth(configuration: try VendorConfiguration(path: TruthTests.path), seed: seed)
            let effects = Dictionary(uniqueKeysWithValues: truth.effects.map { ($0.plan, $0) })
            let gain = try #require(effects["retention-bonus"])
            #expect(gain.label == .gain)
            #expect(gain.partners == 380)
            #expect((0.07...0.08).contains(gain.renewalAtDecision))
            #expect((0.065...0.08).contains(gain.renewal))
            #expect(gain.midTermChurn == 0)
            let harm = try #require(effects["discount-freedom"])
            #expect(harm.label == .harm)
            #expect((0.055...0.065).contains(harm.midTermChurn))
            #expect((-0.06...0).contains(harm.renewal))
            #expect(abs(harm.discount - 0.01) < 1e-12)
            let null = try #require(effects["early-renewal-bonus"])
            #expect(null.label == .null)
            #expect(null.renewal == 0 && null.midTermChurn == 0 && null.discount == 0)
            let whale = try #require(effects["volume-accelerator"])
            #expect(whale.label == .whale)
            #expect(whale.largestShareOfArm > 0.55)
            #expect(whale.renewalAtDecision > 0.03)
            for effect in [gain, harm, null] {
                let partners = Double(effect.partners)
                #expect((15.0...18.8).contains(Double(effect.contractsInForce) / partners))
                #expect((4.5...7.5).contains(Double(effect.contractsDue) / partners))
                #expect((0.72...0.84).contains(effect.renewalWithoutPlan))
                #expect(effect.largestShareOfArm < 0.2)
            }
        }
    }

    /// The claim of the truth against what happens: the whole vendor treated and untreated, same draws.
    @Test func agreesWithWhatHappens() throws {
        let configuration = try VendorConfiguration(path: TruthTests.path)
        let truth = Truth(configuration: configuration, seed: 5)
        for (segment, plan) in [(0, "retention-bonus"), (1, "discount-freedom")] {
            let claimed = try #require(truth.effects.first { $0.plan.rawValue == plan })
            let untreated = outcomes(configuration, seed: 5, segment: segment, plan: nil)
            let treated = outcomes(
                configuration, seed: 5, segment: segment, plan: IncentivePlan.ID(plan))
            #expect(abs((treated.renewed - untreated.renewed) - claimed.renewal) < 0.025)
            #expect(abs((treated.left - untreated.left) - claimed.midTermChurn) < 0.02)
        }
    }

    private func outcomes(
        _ configuration: VendorConfiguration, seed: UInt64, segment: Int, plan: IncentivePlan.ID?
    ) -> (renewed: Double, left: Double) {
        var vendor = SimulatedVendor(configuration: configuration, seed: seed)
        let start = configuration.start
        let book = vendor.contracts.filter {
            vendor.partners[$0.partner].segment == segment && $0.isInForce(on: start)
        }
        if let plan {
            for position in vendor.partners.indices { _ = vendor.post(plan, toPartner: position) }
        }
        vendor.advance(to: (start + 183).start(in: .gmt))
        let renewed = Set(vendor.contracts.compactMap(\.predecessor))
        let left = Set(vendor.contracts.filter { $0.cancelledOn != nil }.map(\.id))
        func share(_ contracts: [SimulatedContract], _ ids: Set<RecordID>) -> Double {
            Double(contracts.filter { ids.contains($0.id) }.count) / Double(contracts.count)
        }
        return (
            share(book.filter { $0.endsOn < start + 154 }, renewed),
            share(book.filter { $0.endsOn >= start + 182 }, left)
        )
    }
}

@Suite struct VendorConfigurationTests {
    private func faults(replacing old: String, with new: String) throws -> [String] {
        let text = try String(contentsOfFile: TruthTests.path, encoding: .utf8)
        #expect(text.contains(old))
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("sandbox-\(UUID().uuidString).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.replacingOccurrences(of: old, with: new).write(
            toFile: path, atomically: true, encoding: .utf8)
        do {
            _ = try VendorConfiguration(path: path)
            return []
        } catch {
            return error.faults.map(\.message)
        }
    }

    @Test func admitsTheDefaultFile() throws {
        let configuration = try VendorConfiguration(path: TruthTests.path)
        #expect(configuration.segments.map(\.type) == ["reseller", "msp", "referral", "integrator"])
        #expect(configuration.start.description == "2026-01-05")
        #expect(configuration.segments[3].whale?.customers == 400)
    }

    @Test func refusesAnEffectAboveTenPoints() throws {
        let messages = try faults(replacing: "renewal: 8 points", with: "renewal: 11 points")
        #expect(messages.count == 1)
        #expect(messages.first?.contains("10 percentage points") == true)
    }

    @Test func refusesUnknownKeysAndTermsThatDoNotAddUp() throws {
        let unknown = try faults(replacing: "withinDays: 60", with: "withinDais: 60")
        #expect(unknown.contains { $0.contains("'withinDais'") })
        let terms = try faults(replacing: "12: 63 %", with: "12: 64 %")
        #expect(terms.contains { $0.contains("100 %") })
    }
}
