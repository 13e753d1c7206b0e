import Foundation
import Model
import Statistics
import Testing

@testable import Evaluation

@Suite struct GamingTests {
    @Test(arguments: GamingDetector.allCases) func flagsAPlantedPattern(detector: GamingDetector) {
        let seeds = 25
        var (flagged, others) = (0, 0)
        for seed in 0..<seeds {
            let scan = GamingVendor(gaming: [detector], seed: UInt64(seed) &* 7919 &+ 1).scan()
            for finding in scan.findings where finding.isFlagged {
                if finding.detector == detector { flagged += 1 } else { others += 1 }
            }
        }
        #expect(flagged >= seeds - 2, "\(detector.title): flagged \(flagged) of \(seeds)")
        // What was not planted is flagged no more often than the level and chance allow.
        #expect(others <= 5, "\(others) others")
    }

    /// Under no effect the family-wise error is at most alpha; the bound is alpha and three standard errors.
    @Test(arguments: [2, 3]) func flagsNothingMoreOftenThanAlphaWithoutGaming(arms: Int) {
        let runs = 400
        let flagged = (0..<runs).count { run in
            var vendor = GamingVendor(seed: 100_000 &* UInt64(arms) &+ UInt64(run))
            vendor.variants = Array([Variant.control, "bonus", "spiff"].prefix(arms))
            vendor.contractsAYear = 12
            return vendor.scan().isFlagged
        }
        let bound = 0.05 + 3 * (0.05 * 0.95 / Double(runs)).squareRoot()
        #expect(Double(flagged) / Double(runs) <= bound, "\(flagged) of \(runs)")
    }

    @Test func onlyTheArmThatGamesIsFlagged() {
        var vendor = GamingVendor(gaming: [.termStuffing], seed: 5)
        vendor.strength = 0.9
        let finding = vendor.scan().findings.first { $0.detector == .termStuffing }
        #expect(finding?.isFlagged == true)
        #expect((finding?.effect ?? 0) > 0.4)
        #expect(finding?.adjustedPValue ?? 1 >= finding?.pValue ?? 0)
        #expect(finding?.contributors.count == 5)
        let excess = finding?.contributors.map(\.excess) ?? []
        #expect(excess == excess.sorted(by: >) && excess.allSatisfy { $0 > 0 })
    }

    @Test func historyOfTheArmIsTakenOff() {
        // A habit from before the assignment is no effect of the plan: shares differ, changes do not.
        let scan = GamingVendor(seed: 9).scan()
        for finding in scan.findings where finding.detector != .earlyChurn {
            #expect(finding.control.historyContracts > 0 && finding.treatment.historyContracts > 0)
        }
    }

    @Test func cannotTellWithFewPartners() {
        var vendor = GamingVendor(gaming: [.termStuffing], seed: 3)
        vendor.partners = 8
        let scan = vendor.scan()
        #expect(!scan.isFlagged)
        #expect(scan.findings.allSatisfy { $0.pValue == nil && $0.cannotTell != nil })
        #expect(scan.text.contains("Cannot tell"))
    }

    @Test func isAFunctionOfItsInput() throws {
        let vendor = GamingVendor(gaming: [.discountSpikes], seed: 77)
        let scan = vendor.scan()
        #expect(scan == vendor.scan())
        #expect(try JSONDecoder().decode(GamingScan.self, from: scan.json()) == scan)
        #expect(scan.text.contains("discount spikes is flagged"))
    }

    @Test func movesInsideAnArmCancel() {
        let scan = GamingVendor(seed: 21).scan()
        let shifting = scan.findings.filter { $0.detector == .dealShifting }
        // Every move adds as much to one partner as it takes from another.
        for finding in shifting { #expect(abs(finding.control.cases + finding.treatment.cases) < 1e-9) }
    }
}
