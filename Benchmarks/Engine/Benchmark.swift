import Foundation

/// What is measured: one execution of a prepared job, and the numbers it gives.
typealias Work = () async throws -> [String: Double]

/// Why nothing could be measured.
struct BenchmarkFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// `bench FOLDER JOB [REPETITIONS [THREADS]]` loads the columns of a job once, executes it so many times, and prints
/// one line of JSON.
@main
struct Benchmark {
    private typealias Preparation = @Sendable (InputColumns, _ threads: Int) throws -> Work

    private static let jobs: [(name: String, prepare: Preparation)] = [
        ("totals", { columns, _ in try totalsWork(columns) }),
        ("totals_update", { columns, _ in try totalsUpdateWork(columns) }),
        ("ancova", { columns, _ in try ancovaWork(columns) }),
        ("cr", { columns, _ in try clusterRobustWork(columns) }),
        ("km_logrank", { columns, _ in try curvesWork(columns) }),
        ("cox", { columns, _ in try coxWork(columns) }),
        ("permutation", { try permutationWork($0, isStudentized: false, threads: $1) }),
        ("permutation_studentized", { try permutationWork($0, isStudentized: true, threads: $1) }),
        ("wild", { columns, _ in try wildWork(columns) }),
        ("power", { columns, _ in try powerWork(columns) }),
        ("csv", { columns, _ in tableWork(columns) }),
        ("estimate", { columns, _ in estimateWork(columns, isComplete: false) }),
        ("estimate_all", { columns, _ in estimateWork(columns, isComplete: true) }),
        ("payouts", { columns, _ in try payoutsWork(columns) }),
        ("payouts_full", { columns, _ in try fullPayoutsWork(columns) }),
    ]

    static func main() async {
        do {
            let arguments = CommandLine.arguments.dropFirst()
            guard (2...4).contains(arguments.count), let name = arguments.dropFirst().first,
                let job = jobs.first(where: { $0.name == name }),
                let numbers = positiveNumbers(arguments.dropFirst(2))
            else { throw BenchmarkFault(usage) }
            let columns = InputColumns(directory: URL(filePath: arguments[1]))
            let threads = numbers.count > 1 ? numbers[1] : 1
            let measurement = try await Measurement.taking(
                try job.prepare(columns, threads), job: job.name, repetitions: numbers.first ?? 5,
                threads: threads)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            print(String(decoding: try encoder.encode(measurement), as: UTF8.self))
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    /// The arguments as numbers above 0; nil when one is none.
    private static func positiveNumbers(_ arguments: some Sequence<String>) -> [Int]? {
        let numbers = arguments.map { Int($0) ?? 0 }
        return numbers.allSatisfy { $0 > 0 } ? numbers : nil
    }

    private static var usage: String {
        "usage: bench FOLDER JOB [REPETITIONS [THREADS]]; jobs: \(jobs.map(\.name).joined(separator: ", "))"
    }
}
