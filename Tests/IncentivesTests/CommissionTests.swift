import Incentives
import Model
import Testing

/// What one contract of `volume` earns.
private func commission(on volume: Int64, _ scale: TieredCommission) throws -> Int64 {
    try payouts(for: [try contract("c", minorUnits: volume)], under: try incentives(commission: scale))
        .reduce(0) { $0 + $1.amount }
}

@Suite struct CommissionTests {
    @Test(
        arguments: [
            (0, 0), (-1, 0), (1_000_000, 50_000),
            (999_999, 50_000),  // 49,999.95 rounds to even
            (1_000_001, 50_000), (1_000_100, 50_008),
            (4_999_900, 369_992), (5_000_000, 370_000), (5_000_100, 370_012), (6_000_000, 490_000),
        ] as [(Int64, Int64)])
    func marginalSlicesEarnTheirOwnTiersRate(volume: Int64, owed: Int64) throws {
        #expect(try commission(on: volume, threeTiers(.marginal)) == owed)
    }

    @Test(
        arguments: [
            (0, 0), (-1, 0), (999_999, 50_000), (1_000_000, 80_000), (1_000_001, 80_000),
            (4_999_999, 400_000), (5_000_000, 600_000),
        ] as [(Int64, Int64)])
    func aCliffJumpsWhereATierBegins(volume: Int64, owed: Int64) throws {
        #expect(try commission(on: volume, threeTiers(.cliff)) == owed)
    }

    @Test func roundsHalfToEvenInMinorUnits() throws {
        let tenth = TieredCommission(
            basis: .allBookings, scheme: .marginal, period: .year,
            tiers: [.init(from: 0, rate: percent(10))])
        #expect(try [5, 15, 25, 35, 16].map { try commission(on: $0, tenth) } == [0, 2, 2, 4, 2])
    }

    @Test func neverFallsAsTheVolumeGrows() throws {
        for scheme in TieredCommission.Scheme.allCases {
            let tiers = threeTiers(scheme)
            var last: Int64 = 0
            for volume in stride(from: 0 as Int64, through: 6_000_000, by: 9_771) {
                let owed = try commission(on: volume, tiers)
                #expect(owed >= last, "\(scheme) at \(volume)")
                last = owed
            }
        }
    }

    @Test func aCliffIsNeverBelowTheMarginalScaleWhenRatesAscend() throws {
        for volume in stride(from: 0 as Int64, through: 6_000_000, by: 10_000) {
            let cliff = try commission(on: volume, threeTiers(.cliff))
            #expect(try cliff >= commission(on: volume, threeTiers(.marginal)), "\(volume)")
        }
    }
}
