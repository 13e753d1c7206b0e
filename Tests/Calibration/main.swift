import Foundation

// Simulates pilots and holds error rates, coverage and power against bands; the exit status says whether all hold.
let arguments = CommandLine.arguments.dropFirst()
let isFull = arguments.contains("--full")
let known: Set = ["--full"]
let seedArgument = arguments.first { $0.hasPrefix("--seed=") }.flatMap { UInt64($0.dropFirst(7)) }
guard arguments.allSatisfy({ known.contains($0) || $0.hasPrefix("--seed=") }) else {
    FileHandle.standardError.write(Data("usage: calibrate [--full] [--seed=N]\n".utf8))
    exit(64)
}
let replicates = isFull ? Protocol.fullReplicates : Protocol.quickReplicates
let seed = seedArgument ?? 20_260_101
let simulation = Simulation(
    seed: seed, replicates: replicates, workers: ProcessInfo.processInfo.activeProcessorCount)
let began = ContinuousClock.now
var ledger = Ledger()

/// Tells on standard error how far a run is: a full one takes long.
func progress(_ part: String) {
    let seconds = Int((ContinuousClock.now - began) / .seconds(1))
    FileHandle.standardError.write(Data("\(part) done after \(seconds) s\n".utf8))
}

print("# Calibration\n\n\(replicates) replicates of each scenario, seed \(seed).")
await Levels(simulation: simulation).run(&ledger)
progress("type I error")
await Levels(simulation: simulation).runCoverage(&ledger)
progress("coverage and power")
await Peeking(simulation: simulation).run(&ledger)
progress("weekly looks")
await Guarding(simulation: simulation).run(&ledger)
await Shipping(simulation: simulation).run(&ledger)
progress("guardrails and the rule")
await SurvivalLevels(simulation: simulation).run(&ledger)
progress("survival")
await SampleRatios(simulation: simulation).run(&ledger)
print("\n\(ledger.rows) figures, \(ledger.failures) outside their bands")
exit(ledger.failures == 0 ? 0 : 1)
