package import Model

/// Where the loop draws its lines.
package struct LoopLimits: Sendable, Hashable {
    /// Empty pages in a row that still count as progress.
    package var emptyPages = 10
    package var pagesOfWalk = 1_000_000
    /// How often a walk may be begun again in one run because the source forgot the position.
    package var restarts = 3
    /// Rows set aside that stop a run: more than the larger of a number and a share of its rows.
    package var quarantinedRows = 50
    package var quarantinedShare = 0.005
    package var reconcileSeconds = 7.0 * 86_400
    /// How soon a reading of everything is repeated that left a doubt: records it did not bring, or did not list
    /// where the source does not count.
    package var repeatSeconds = 86_400.0
    /// How often everything is read again when the source says that a mapped field is calculated.
    package var calculatedRefreshHours = 24
    /// How far the source's clock may be from this machine's.
    package var skewSeconds = 300.0
    /// How far it may move back between two answers: its servers need not agree to the second.
    package var jitterSeconds = 5.0
    /// The furthest a window reaches back because of a clock.
    package var longestWidening = 7.0 * 86_400
    /// The shortest slice a window is halved into.
    package var shortestSlice = 2.0
    package var massChange = MassChangeLimits()

    package init() {}

    /// Whether so many rows set aside stop a run.
    func isTooMany(_ quarantined: Int, of rows: Int) -> Bool {
        Double(quarantined) > max(Double(quarantinedRows), quarantinedShare * Double(rows))
    }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
