import Daemon
import Documents
import Foundation
import Model
import Operations
import Sandbox
import Storage

/// Plays the demo to its end, presents what it found, and serves its pages if asked to.
package func playDemo(
    _ options: Rehearsal.Options, presenting: (DemoOutcome) throws -> Void
) async throws {
    try await Rehearsal(options).play(presenting: presenting)
}

/// Four pilots on a practice vendor: the practice CRM and the daemon run as processes of their own, and the
/// rehearsal moves the business clock from week to week.
package struct Rehearsal {
    package struct Options: Sendable {
        /// Where everything is kept; `nil` for a temporary directory.
        package var directory: String?
        package var isResumed: Bool
        package var seed: UInt64
        /// `nil` for as many as the pilots need.
        package var weeks: Int?
        package var serves: Bool
        package var port: Int
        package var project: String
        package var scale: Double
        /// How often the daemon is killed on the way.
        package var kills: Int

        package init(
            directory: String?, isResumed: Bool, seed: UInt64, weeks: Int?, serves: Bool, port: Int,
            project: String, scale: Double, kills: Int
        ) {
            self.directory = directory
            self.isResumed = isResumed
            self.seed = seed
            self.weeks = weeks
            self.serves = serves
            self.port = port
            self.project = project
            self.scale = scale
            self.kills = kills
        }
    }

    private let options: Options
    private let directory: DemoDirectory
    private let plans: [ApprovedPlan]
    private var progress: DemoProgress

    init(_ options: Options) throws {
        self.options = options
        let directory = try DemoDirectory(options)
        self.directory = directory
        plans = try DemoDirectory.pilots.map { name in
            let document = try loadPilot(at: directory.experiments + "/\(name).yaml")
            return ApprovedPlan(plan: document.plan, resolved: document.resolvedYAML)
        }
        if let kept = try directory.loadProgress() {
            progress = kept
        } else {
            progress = DemoProgress(seed: options.seed, scale: options.scale, week: 0)
            try directory.save(progress)
        }
        if options.isResumed, progress.week == 0 {
            FileHandle.standardError.write(
                Data("nothing was played yet; starting from the first week\n".utf8))
        }
    }

    /// Monday morning of a week after the start.
    private func instant(ofWeek week: Int) -> Instant {
        let start = plans.map(\.plan.schedule.starts).min() ?? Day(number: 0)
        return (start + week * 7).start(in: .gmt).adding(seconds: 6 * 3600)
    }

    private var weeks: Int { options.weeks ?? plans.map(\.plan.schedule.weeks).max() ?? 0 }

    func play(presenting: (DemoOutcome) throws -> Void) async throws {
        let started = ContinuousClock.now
        let receiver = try await Receiver(directory: directory)
        let crm = try await directory.startSandbox(progress)
        defer { crm.stop() }
        try directory.writeConfiguration(crm: crm.address, webhook: receiver.address)
        if !FileManager.default.fileExists(atPath: directory.store) {
            _ = try Store.create(
                at: directory.store, isPractice: true, at: instant(ofWeek: 0), by: Actor("demo"))
        }
        var daemon = try await SteeredDaemon(
            directory: directory,
            kills: KillPlan(kills: options.kills, seed: options.seed, commands: weeks + plans.count + 1))
        defer { daemon.stop() }
        let vendor = try PracticeVendor(address: crm.address)
        let bar = ProgressBar(total: weeks)
        if progress.week == 0 { try await begin(&daemon, vendor) }
        var reached = progress
        for week in (progress.week + 1)..<max(progress.week + 1, weeks + 1) {
            try await vendor.post(terms: try await daemon.termsInForce(of: plans.map(\.plan.pilot)))
            try await vendor.advance(to: instant(ofWeek: week))
            _ = try await daemon.perform(.advanceClock(instant(ofWeek: week)))
            reached.week = week
            try directory.save(reached)
            bar.show(week, "week \(week), \((plans[0].plan.schedule.starts + week * 7))")
        }
        bar.finish()
        try await daemon.waitForDeliveries()
        let summary = try await DemoSummary(
            progress: reached, daemon: daemon, vendor: vendor, receiver: await receiver.counts())
        try await directory.writeExports()
        try directory.save(summary)
        try presenting(
            DemoOutcome(
                summary: summary, seconds: (ContinuousClock.now - started) / .seconds(1),
                pages: options.serves ? "\(daemon.address)/reports/" : nil,
                directory: options.directory == nil ? nil : directory.path))
        if options.serves { await untilInterrupted() }
        if options.directory == nil { directory.remove() }
        await receiver.stop()
    }

    /// The first Monday: the roster and the book are read, and every pilot starts.
    private func begin(_ daemon: inout SteeredDaemon, _ vendor: PracticeVendor) async throws {
        try await vendor.advance(to: instant(ofWeek: 0))
        _ = try await daemon.perform(.advanceClock(instant(ofWeek: 0)))
        let running = Set(try await daemon.pilots())
        for approved in plans where !running.contains(approved.plan.pilot) {
            do {
                _ = try await daemon.perform(.start(approved, seed: lotsSeed(approved.plan.pilot)))
            } catch {
                // A daemon that was killed before it could answer may have started the pilot all the same.
                guard try await daemon.pilots().contains(approved.plan.pilot) else { throw error }
            }
        }
    }

    /// The demo's seed decides each pilot's lots as well, so that a demo can be repeated.
    private func lotsSeed(_ pilot: Pilot.ID) -> Seed? {
        Seed(hex: String(ContentHash(of: Array("demo/\(progress.seed)/\(pilot)".utf8)).hex.prefix(32)))
    }

    private func untilInterrupted() async {
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_IGN)
        let (interrupts, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in interrupts { break }
        for source in sources { source.cancel() }
    }
}
