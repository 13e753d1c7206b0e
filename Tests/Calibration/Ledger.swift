import Foundation

/// What a calibration found, held against its bands and printed as it comes.
struct Ledger {
    private(set) var failures = 0
    private(set) var rows = 0

    /// Starts a table.
    func begin(_ title: String) {
        print("\n## \(title)\n\n| what | scenario | share | s.e. | band | |\n|---|---|---|---|---|---|")
    }

    /// Adds a line. The bands allow for the Monte-Carlo error of the full protocol; with fewer replicates each is
    /// widened by three standard errors at its edge more.
    mutating func record(_ what: String, _ scenario: String, _ tally: Tally?, band: ClosedRange<Double>?) {
        guard let tally else {
            failures += 1
            print("| \(what) | \(scenario) | not computed | | | FAIL |")
            return
        }
        rows += 1
        var verdict = ""
        if let band {
            let isInside =
                tally.share >= band.lowerBound - slack(band.lowerBound, tally.trials)
                && tally.share <= band.upperBound + slack(band.upperBound, tally.trials)
            verdict = isInside ? "ok" : "FAIL"
            if !isInside { failures += 1 }
        }
        let limits = band.map { "\(percent($0.lowerBound)) to \(percent($0.upperBound))" } ?? "reported"
        print(
            "| \(what) | \(scenario) | \(percent(tally.share)) | \(percent(tally.standardError)) | \(limits) | \(verdict) |"
        )
    }

    private func slack(_ edge: Double, _ trials: Int) -> Double {
        guard trials < Protocol.fullReplicates else { return 0 }
        let spread = max(edge * (1 - edge), 0.0025).squareRoot()
        return 3 * spread
            * (1 / Double(trials).squareRoot() - 1 / Double(Protocol.fullReplicates).squareRoot())
    }

    private func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
}

enum Protocol {
    /// What the bands were made for: 0.34 points of Monte-Carlo error at 5 %.
    static let fullReplicates = 4000
    static let quickReplicates = 400
}
