import Foundation

/// Simulates pilots and holds error rates, coverage and power against bands.
///
/// The exit status is 0 when all bands hold and 1 when one does not.
@main
struct Calibrate {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        let seed = arguments.first { $0.hasPrefix("--seed=") }.map { UInt64($0.dropFirst(7)) } ?? 20_260_101
        guard let seed, arguments.allSatisfy({ $0 == "--full" || $0.hasPrefix("--seed=") }) else {
            tell("usage: calibrate [--full] [--seed=N]")
            exit(64)
        }
        let isFull = arguments.contains("--full")
        let replicates = isFull ? Protocol.full : Protocol.quick
        let simulation = Simulation(
            seed: seed, replicates: replicates.single, lookReplicates: replicates.looks,
            workers: ProcessInfo.processInfo.activeProcessorCount)
        print(
            """
            # Calibration

            What `Tests/Calibration` printed. \(isFull ? "Full" : "Quick") form: \(replicates.single) pilots with a \
            single look and \(replicates.looks) with 26 looks of each scenario, seed \(seed). "6v6" has six partners in \
            each arm, "3v17" three treated ones and 17 in control. Bands are what must hold; rows without one are for \
            comparison. They allow for the Monte-Carlo error of \(Protocol.bandReplicates) runs, \
            0.34 points at 5 %; with fewer each is widened by three standard errors at its edge more. A run that gives \
            no answer counts as no rejection and no coverage.
            """)
        let ledger = await run(simulation)
        ledger.close()
        exit(ledger.failures > 0 ? 1 : 0)
    }

    private static func run(_ simulation: Simulation) async -> Ledger {
        var ledger = Ledger()
        let began = ContinuousClock.now
        func progress(_ part: String) {
            // What has been found appears also in a file.
            fflush(nil)
            tell("\(part) done after \(Int((ContinuousClock.now - began) / .seconds(1))) s")
        }
        await Levels(simulation: simulation).run(&ledger)
        progress("type I error")
        await Coverage(simulation: simulation).run(&ledger)
        progress("coverage and power")
        await Peeking(simulation: simulation).run(&ledger)
        progress("weekly looks")
        await Stopping(simulation: simulation).run(&ledger)
        progress("stopped trials")
        await Guarding(simulation: simulation).run(&ledger)
        progress("guardrails")
        await Shipping(simulation: simulation).run(&ledger)
        progress("the rule")
        await SurvivalLevels(simulation: simulation).run(&ledger)
        progress("survival")
        await SampleRatios(simulation: simulation).run(&ledger)
        progress("sample ratio")
        return ledger
    }

    /// Progress goes to standard error; standard output is the table.
    private static func tell(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
