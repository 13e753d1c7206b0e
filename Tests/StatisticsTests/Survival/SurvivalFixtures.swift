import Foundation

@testable import Statistics

extension CustomerTable {
    /// The survival columns of one arm, with delayed entry or with everybody observed from 0.
    func sample(isTreated: Bool, hasDelayedEntry: Bool = false) -> SurvivalSample {
        sample(of: rows.filter { $0.isTreated == isTreated }, hasDelayedEntry: hasDelayedEntry)
    }

    /// The survival columns of both arms together.
    func pooledSample(hasDelayedEntry: Bool = false) -> SurvivalSample {
        sample(of: rows, hasDelayedEntry: hasDelayedEntry)
    }

    /// Both arms within each stratum.
    func comparisons() -> [SurvivalComparison] {
        Set(rows.map(\.stratum)).sorted().map { stratum in
            let own = rows.filter { $0.stratum == stratum }
            return SurvivalComparison(
                control: sample(of: own.filter { !$0.isTreated }),
                treatment: sample(of: own.filter(\.isTreated)))
        }
    }

    private func sample(of rows: [Row], hasDelayedEntry: Bool = false) -> SurvivalSample {
        SurvivalSample(
            trusted: rows.map { Int32($0.partner) }, entry: rows.map { hasDelayedEntry ? $0.entry : 0 },
            time: rows.map(\.time), isEvent: rows.map(\.isEvent), clusterCount: partnerCount)
    }
}

extension SurvivalSample {
    /// Customers of partners `clusters`, observed from 0 until `times`; negative times are cut off.
    init(times: [Double], clusters: [Int32]? = nil) {
        self.init(
            trusted: clusters ?? times.indices.map { Int32($0) }, entry: times.map { _ in 0 },
            time: times.map(abs), isEvent: times.map { $0 > 0 }, clusterCount: times.count)
    }

    /// Every row several times over.
    func repeated(_ times: Int) -> SurvivalSample {
        func repeated<T>(_ column: [T]) -> [T] { (0..<times).flatMap { _ in column } }
        return SurvivalSample(
            trusted: repeated(cluster), entry: repeated(entry), time: repeated(time),
            isEvent: repeated(isEvent), clusterCount: clusterCount)
    }
}

/// eˣ and ln x for suites that do not import Foundation.
func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }

/// Remission in weeks of children with leukaemia (Freireich et al. 1963); negative = cut off.
let placebo = SurvivalSample(times: [
    1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
])
let mercaptopurine = SurvivalSample(times: [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
])
