import Foundation
import Statistics

/// The clustered log-rank test without an effect, when partners' customers share their luck.
struct SurvivalLevels {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Log-rank tests at 5 % without an effect")
        for (treated, control, band) in [
            (6, 6, 0.03...0.07), (20, 20, 0.03...0.065), (60, 60, 0.03...0.065), (3, 17, 0.01...0.07),
            (10, 110, 0.01...0.065),
        ] {
            let name = "\(treated)v\(control)"
            let found = await simulation.tally("survival \(name)") { draws in
                Self.test(treated: treated, control: control, using: &draws)
            }
            ledger.record("clustered log-rank", name, found["clustered"], band: band)
            ledger.record("customers independent", name, found["naive"], band: nil)
        }
    }

    /// Loss with a hazard of about 1 % a week times the partner's frailty, observed for up to a year in whole
    /// weeks from entries spread over half a year.
    private static func test(treated: Int, control: Int, using draws: inout Draws) -> [String: Bool?] {
        let partners = Population().partners(treated + control, treated: treated, using: &draws)
        var arms = (Columns(), Columns())
        for partner in partners {
            let frailty = exp(0.5 * draws.normal())
            var column = Columns()
            column.partners = 1
            for _ in 0..<partner.size {
                let lifetime = -log(draws.uniform()) / (0.01 * frailty)
                let followUp = 26 + (26 * draws.uniform()).rounded(.down)
                column.append(week: min(lifetime, followUp).rounded(.up), isEvent: lifetime <= followUp)
            }
            if partner.isTreated { arms.1.append(column) } else { arms.0.append(column) }
        }
        let (control, treatment) = (arms.0.sample, arms.1.sample)
        return [
            "clustered": (try? clusteredLogRank(control: control, treatment: treatment)).map {
                $0.pValue <= 0.05
            },
            "naive": (try? logRank(control: control, treatment: treatment)).map { $0.pValue <= 0.05 },
        ]
    }
}

/// Customers of an arm as they are drawn, partner after partner.
private struct Columns {
    var partners = 0
    private var cluster: [Int32] = []
    private var week: [Int32] = []
    private var isEvent: [Bool] = []

    mutating func append(week: Double, isEvent: Bool) {
        cluster.append(0)
        self.week.append(Int32(week))
        self.isEvent.append(isEvent)
    }

    mutating func append(_ other: Columns) {
        cluster += other.cluster.map { $0 + Int32(partners) }
        week += other.week
        isEvent += other.isEvent
        partners += other.partners
    }

    var sample: SurvivalSample {
        SurvivalSample(
            cluster: cluster, day: week, isEvent: isEvent, clusterCount: partners)
    }
}
