import Foundation

/// What a calibration found, held against its bands and printed as it comes.
struct Ledger {
    /// Figures outside their bands, or not computed.
    private(set) var failures = 0
    private(set) var rows = 0

    /// Starts a table.
    func begin(_ title: String) {
        print(
            "\n## \(title)\n\n| what | scenario | found | s.e. | runs | band | verdict |\n|---|---|---|---|---|---|---|"
        )
    }

    /// Adds a share. The bands allow for the Monte-Carlo error of the full protocol; with fewer replicates each is
    /// widened by three standard errors at its edge more.
    ///
    /// - Parameter band: nil where the share is printed for comparison only.
    mutating func record(_ what: String, _ scenario: String, _ tally: Tally?, band: ClosedRange<Double>?) {
        record(
            what, scenario, found: tally?.share, standardError: tally?.standardError ?? 0,
            trials: tally?.trials ?? 0, band: band, spread: { max($0 * (1 - $0), 0.0025).squareRoot() },
            print: percent)
    }

    /// Adds a median, in standard errors of the estimate.
    mutating func record(_ what: String, _ scenario: String, _ median: Median?, band: ClosedRange<Double>?) {
        // The median of a standard normal sample varies by 1.25 over the root of its size.
        record(
            what, scenario, found: median?.value, standardError: median?.standardError ?? 0,
            trials: median?.trials ?? 0, band: band, spread: { _ in 1.25 },
            print: { String(format: "%.3f SE", $0) })
    }

    private mutating func record(
        _ what: String, _ scenario: String, found: Double?, standardError: Double, trials: Int,
        band: ClosedRange<Double>?, spread: (Double) -> Double, print form: (Double) -> String
    ) {
        rows += 1
        guard let found else {
            failures += 1
            print("| \(what) | \(scenario) | not computed | | | | FAIL |")
            return
        }
        var verdict = "reported"
        if let band {
            let slack = Self.slack(trials)
            let isInside =
                found >= band.lowerBound - slack * spread(band.lowerBound)
                && found <= band.upperBound + slack * spread(band.upperBound)
            verdict = isInside ? "ok" : "FAIL"
            if !isInside { failures += 1 }
        }
        let limits = band.map { "\(form($0.lowerBound)) to \(form($0.upperBound))" } ?? ""
        print(
            "| \(what) | \(scenario) | \(form(found)) | \(form(standardError)) | \(trials) | \(limits) | \(verdict) |"
        )
    }

    /// Says how many bands were missed.
    func close() { print("\n\(rows) figures, \(failures) outside their bands") }

    /// How many standard deviations of one replicate a band is widened by.
    private static func slack(_ trials: Int) -> Double {
        guard trials < Protocol.bandReplicates else { return 0 }
        return 3
            * (1 / Double(max(1, trials)).squareRoot() - 1 / Double(Protocol.bandReplicates).squareRoot())
    }

    private func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
}

/// How many pilots are simulated.
enum Protocol {
    /// What the bands were made for: 0.34 points of Monte-Carlo error at 5 %.
    static let bandReplicates = 4000
    /// Single looks are quick; five times as many tell a rate near the edge of its band from chance.
    static let full = (single: 20_000, looks: 4000)
    static let quick = (single: 600, looks: 300)
    /// The whole rule has to be held against its level itself, so even the quick form takes this many.
    static let fewestForTheRule = 2000
}
