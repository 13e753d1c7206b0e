import Foundation

/// What one job took and what came out of it.
struct Measurement: Encodable {
    /// The job's name.
    var job: String
    /// User and system seconds of the process for one execution, the median of the repetitions.
    var cpu: Double
    /// Seconds on the wall for one execution, the median of the repetitions.
    var wall: Double
    /// The largest resident memory of the process, input included.
    var peak_rss_mb: Double
    /// Tasks that work at the same time.
    var threads: Int
    /// The numbers to compare with those of other programs, by name.
    var result: [String: Double]
    /// What each page took, of jobs that store pages.
    var pages: [PageTime]?
    /// The most anonymous memory of the process after any page.
    var anonymous_mb: Double?
}

/// What one page took, from the end of the one before.
struct PageTime: Encodable {
    var cpu: Double
    var wall: Double
}

extension Measurement {
    /// Executes the work again and again.
    ///
    /// One repetition executes quick work so often that it takes at least five milliseconds, which the accounting
    /// of processor time resolves; the first execution warms up and is not counted.
    ///
    /// - Parameter repetitions: How many times are taken, at least one.
    static func taking(
        _ work: Work, job: String, repetitions: Int, threads: Int
    ) async throws -> Measurement {
        let started = processorSeconds()
        var result = try await work()
        let executions = max(1, Int(0.005 / max(processorSeconds() - started, 1e-6)))
        var processor: [Double] = []
        var wall: [Double] = []
        let clock = ContinuousClock()
        for _ in 0..<repetitions {
            let before = (processor: processorSeconds(), wall: clock.now)
            for _ in 0..<executions { result = try await work() }
            let elapsed = before.wall.duration(to: clock.now)
            processor.append((processorSeconds() - before.processor) / Double(executions))
            wall.append(elapsed / .seconds(1) / Double(executions))
        }
        return Measurement(
            job: job, cpu: median(processor), wall: median(wall), peak_rss_mb: try peakMegabytes(),
            threads: threads, result: result)
    }
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// User and system time of all threads of the process.
func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// The high-water mark of resident memory.
func peakMegabytes() throws -> Double { try ownMegabytes("VmHWM") }

/// Resident memory that no file stands behind.
func anonymousMegabytesNow() throws -> Double { try ownMegabytes("RssAnon") }

/// A line of what the system says about the process.
private func ownMegabytes(_ name: String) throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    guard
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    else { throw BenchmarkFault("/proc/self/status does not tell \(name)") }
    return kilobytes / 1024
}
