import Foundation

/// What is measured: one execution of a prepared job, and the numbers it gives.
typealias Work = () async throws -> [String: Double]

/// Why nothing could be measured.
struct BenchmarkFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// `bench FOLDER JOB [REPETITIONS [THREADS]]` loads the columns of a job once, executes it so many times, and prints
/// one line of JSON. `bench ingest URL STORE [NAME]` reads an organisation's contracts into a store, once.
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

    /// Jobs whose folder holds pages of records.
    private static let pageJobs: [(name: String, work: @Sendable (RecordedPages) -> Work)] = [
        ("decode", { $0.decodeWork() }),
        ("decode_facts", { $0.factsWork() }),
    ]

    static func main() async {
        do {
            let measurement = try await measurement()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            print(String(decoding: try encoder.encode(measurement), as: UTF8.self))
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func measurement() async throws -> Measurement {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "ingest" {
            guard (3...4).contains(arguments.count) else { throw BenchmarkFault(usage) }
            let name = arguments.count > 3 ? arguments[4] : "crm"
            return try await IngestJob(address: arguments[2], storePath: arguments[3], name: name).measure()
        }
        guard (2...4).contains(arguments.count), let numbers = positiveNumbers(arguments.dropFirst(2))
        else { throw BenchmarkFault(usage) }
        let folder = URL(filePath: arguments[1])
        let threads = numbers.count > 1 ? numbers[1] : 1
        return try await Measurement.taking(
            try work(arguments[2], folder: folder, threads: threads), job: arguments[2],
            repetitions: numbers.first ?? 5, threads: threads)
    }

    private static func work(_ name: String, folder: URL, threads: Int) throws -> Work {
        if let job = pageJobs.first(where: { $0.name == name }) {
            return job.work(try RecordedPages(folder: folder))
        }
        guard let job = jobs.first(where: { $0.name == name }) else { throw BenchmarkFault(usage) }
        return try job.prepare(InputColumns(directory: folder), threads)
    }

    /// The arguments as numbers above 0; nil when one is none.
    private static func positiveNumbers(_ arguments: some Sequence<String>) -> [Int]? {
        let numbers = arguments.map { Int($0) ?? 0 }
        return numbers.allSatisfy { $0 > 0 } ? numbers : nil
    }

    private static var usage: String {
        let names = jobs.map(\.name) + pageJobs.map(\.name)
        return "usage: bench FOLDER JOB [REPETITIONS [THREADS]]; jobs: \(names.joined(separator: ", "));"
            + " or bench ingest URL STORE [NAME]"
    }
}
