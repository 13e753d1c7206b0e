import Model
import Randomization
import Testing

@Suite struct AssignTests {
    @Test(
        arguments: [
            (4, [("control", 1), ("bonus", 1)]),
            (8, [("control", 1), ("bonus", 3)]),
            (6, [("control", 1), ("bonus", 1), ("spiff", 1)]),
        ] as [(Int, [(Variant.ID, Int)])])
    func everyFullBlockHoldsEachVariantByWeight(blockSize: Int, weights: [(Variant.ID, Int)]) throws {
        let plan = try plan(blockSize: blockSize, weights: weights)
        let entries = roster(300)
        let drawn = assign(
            roster: entries, plan: plan, seed: try seed(), sizeCuts: sizeCuts(of: entries), existing: [],
            on: start)
        #expect(drawn.count == 300)
        let total = weights.reduce(0) { $0 + $1.1 }
        var fullBlocks = 0
        for block in Dictionary(grouping: drawn, by: { "\($0.stratum)/\($0.block)" }).values
        where block.count == blockSize {
            fullBlocks += 1
            #expect(Set(block.map(\.position)) == Set(0..<blockSize))
            for (variant, weight) in weights {
                #expect(block.count { $0.variant == variant } == weight * blockSize / total)
            }
        }
        #expect(fullBlocks > 20)
    }

    @Test func lateJoinersContinueTheirBlocksAndMoveNobody() throws {
        let plan = try plan()
        let seed = try seed()
        let entries = roster(50)
        let cuts = sizeCuts(of: entries)
        let first = assign(roster: entries, plan: plan, seed: seed, sizeCuts: cuts, existing: [], on: start)
        let grown = roster(30, prefix: "a") + entries
        let later = assign(
            roster: grown, plan: plan, seed: seed, sizeCuts: cuts, existing: first, on: start + 14)
        #expect(Set(later.map(\.partner)) == Set(roster(30, prefix: "a").map(\.partner)))
        #expect(later.allSatisfy { $0.assignedOn == start + 14 })
        for (name, members) in Dictionary(grouping: first + later, by: \.stratum) {
            let places = members.map { $0.block * 4 + $0.position }
            #expect(places.sorted() == Array(0..<members.count), "stratum '\(name)'")
            for member in members {
                let block = blockVariants(plan: plan, seed: seed, stratum: name, block: member.block)
                #expect(member.variant == block[member.position])
            }
        }
        #expect(
            assign(
                roster: grown, plan: plan, seed: seed, sizeCuts: cuts, existing: first + later,
                on: start + 21
            ).isEmpty)
    }

    @Test func theRostersOrderIsIrrelevant() throws {
        let plan = try plan()
        let seed = try seed()
        let entries = roster(60)
        let cuts = sizeCuts(of: entries)
        let drawn = assign(roster: entries, plan: plan, seed: seed, sizeCuts: cuts, existing: [], on: start)
        for shuffle in 0..<20 as Range<UInt64> {
            var random = SplitMix64(shuffle)
            let again = assign(
                roster: entries.shuffled(using: &random), plan: plan, seed: seed, sizeCuts: cuts,
                existing: [], on: start)
            #expect(again == drawn, "shuffle \(shuffle)")
        }
    }

    @Test func composedAndDecomposedIdsAreTwoPartners() throws {
        let composed: Partner.ID = "caf\u{e9}"
        let decomposed: Partner.ID = "cafe\u{301}"
        let drawn = assign(
            roster: [entry(composed), entry(decomposed)], plan: try plan(strata: []), seed: try seed(),
            sizeCuts: [], existing: [], on: start)
        #expect(drawn.map(\.partner) == [decomposed, composed])  // 0x65 before 0xC3
        #expect(drawn.map(\.position) == [0, 1])
    }

    @Test func assignmentsOfOtherPilotsTakeNoPlaces() throws {
        let seed = try seed()
        let entries = roster(12)
        let other = assign(
            roster: entries, plan: try plan(pilot: "other", strata: []), seed: seed, sizeCuts: [],
            existing: [], on: start)
        let mine = assign(
            roster: entries, plan: try plan(strata: []), seed: seed, sizeCuts: [], existing: other, on: start)
        #expect(mine.map(\.partner) == other.map(\.partner))
        #expect(mine.map(\.block) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    }

    @Test func anExternalDesignDrawsNothing() throws {
        let drawn = assign(
            roster: roster(5), plan: try plan(kind: .external), seed: try seed(), sizeCuts: [], existing: [],
            on: start)
        #expect(drawn.isEmpty)
    }

    /// The 2 × 2 table's χ² over 10⁴ partners, one degree of freedom.
    @Test func pilotsWithDifferentSeedsAreIndependent() throws {
        let entries = (0..<10_000).map { entry(Partner.ID("p\($0)")) }
        let plan = try plan(strata: [])
        let arms = try ["00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"].map { hex in
            assign(
                roster: entries, plan: plan, seed: try seed(hex), sizeCuts: [], existing: [], on: start
            ).map(\.variant)
        }
        func chiSquared(_ left: [Variant.ID], _ right: [Variant.ID]) -> Double {
            let table = Dictionary(grouping: zip(left, right)) { "\($0.0)/\($0.1)" }.mapValues(\.count)
            let empty = Double(4 - table.count) * 2500
            return table.values.reduce(empty) { $0 + Double(($1 - 2500) * ($1 - 2500)) / 2500 }
        }
        #expect(chiSquared(arms[0], arms[1]) < 10.83)  // 0.999 quantile
        #expect(chiSquared(arms[0], arms[0]) == 10_000)  // the same seed would give the same lots
    }

    @Test func everyPermutationOfABlockIsEquallyLikely() throws {
        let plan = try plan()
        let seed = try seed()
        var counts: [String: Int] = [:]
        for block in 0..<6000 {
            let sequence = blockVariants(plan: plan, seed: seed, stratum: "all", block: block)
            counts[sequence.map(\.rawValue).joined(separator: " "), default: 0] += 1
        }
        #expect(counts.count == 6)
        let chiSquared = counts.values.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        #expect(chiSquared < 20.52)  // 0.999 quantile, 5 degrees of freedom
    }

    @Test func theRosterHashIgnoresOrderAndSeesEveryField() throws {
        let entries = roster(10)
        let hash = try rosterHash(entries)
        #expect(try rosterHash(entries.reversed()) == hash)
        var grown = entries
        grown[3].activeContracts += 1
        #expect(try rosterHash(grown) != hash)
        var moved = entries
        moved[3].attributes["region"] = "latam"
        #expect(try rosterHash(moved) != hash)
    }
}
