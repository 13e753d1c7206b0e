import ArgumentParser
import Daemon
import Foundation
import Incentives
import Model
import Operations

/// `fairway period`: the quarters of the ledger.
struct PeriodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period", abstract: "Close quarters of the ledger and write their payment files.",
        subcommands: [Close.self, List.self])

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Approve closing a quarter; the second person to do so closes it.",
            discussion: """
                Two people listed under 'people' in the configuration must act, at least one with the role finance, on \
                the same entries. Each is who the operating system says. Quarters close one after the other, from the first with lines on. Closing a \
                closed quarter writes its files again.
                """)

        /// What `--json` prints.
        struct Result: Encodable {
            var period: CalendarPeriod
            var isClosed: Bool
            var contentHash: ContentHash
            var entries: Int
            var approvedBy: [Actor]
            var needsFinance: Bool
            var void: [PeriodApproval]
            var files: [String]
        }

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The quarter, such as 2027-Q1.") var period: CalendarPeriod
        @Option(
            help: ArgumentHelp(
                "Write the payment file and its control totals into this directory.", valueName: "directory"))
        var out: String?

        func run() async throws {
            try await telling {
                if let out { try requireWritable(folder: out) }
                guard case .periodClosing(let closing) = try await config.perform(.closePeriod(period)) else {
                    return
                }
                switch closing {
                case .approved(let pending): try output.print(Result(pending)) { pending.text }
                case .closed(let closed): try finish(closed, "closed")
                case .wasClosed(let closed): try finish(closed, "was closed before:")
                }
            }
        }

        private func finish(_ closed: ClosedPeriod, _ verb: String) throws {
            var files: [String] = []
            if let out {
                let totals = try JSONDecoder().decode(
                    PaymentFile.ControlTotals.self, from: closed.controlTotals)
                for (suffix, bytes) in [
                    ("csv", closed.paymentFile), ("totals.json", closed.controlTotals),
                ] {
                    let path = "\(out)/\(totals.fileName(suffix))"
                    do {
                        try writeResult(bytes, to: path)
                    } catch {
                        throw error.after(
                            "\(closed.period) is closed all the same, and repeating the command with --out writes "
                                + "the same files")
                    }
                    files.append(path)
                }
            }
            try output.print(Result(closed, files: files)) {
                let who = "\(closed.requestedBy) and \(closed.closedBy)"
                let head =
                    "\(closed.period) \(verb) \(closed.entries) entries, by \(who), content \(closed.contentHash.short)"
                let written =
                    files.isEmpty
                    ? ["repeat with --out DIRECTORY to write the payment file"] : files.map { "wrote \($0)" }
                return ([head] + written).joined(separator: "\n")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the quarters that are closed or wait for a second person.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await telling {
                let periods = try await config.openForReading().periods()
                try output.print(periods) {
                    periods.isEmpty
                        ? "no quarter is closed; close one with 'fairway period close'"
                        : periods.map(\.text).joined(separator: "\n")
                }
            }
        }
    }
}

extension PeriodCommand.Close.Result {
    init(_ pending: PendingClose) {
        self.init(
            period: pending.period, isClosed: false, contentHash: pending.contentHash,
            entries: pending.entries, approvedBy: pending.approvedBy, needsFinance: pending.needsFinance,
            void: pending.void, files: [])
    }

    init(_ closed: ClosedPeriod, files: [String]) {
        self.init(
            period: closed.period, isClosed: true, contentHash: closed.contentHash, entries: closed.entries,
            approvedBy: [closed.requestedBy, closed.closedBy], needsFinance: false, void: [], files: files)
    }
}

extension PendingClose {
    fileprivate var text: String {
        let names = approvedBy.map(\.name).joined(separator: ", ")
        let next = needsFinance ? "somebody with the role finance" : "somebody else"
        let voided = void.map {
            "void: \($0.actor) approved content \($0.contentHash.short) on \($0.approvedAt); the lines have changed since"
        }
        return
            (voided + [
                "\(period) is not closed yet: \(entries) entries, content \(contentHash.short), approved by \(names)",
                "next: \(next) runs 'fairway period close \(period)'",
            ]).joined(separator: "\n")
    }
}

extension PeriodStatus {
    fileprivate var text: String {
        if let closedAt, let contentHash {
            let who = closedBy.map(\.name).joined(separator: " and ")
            return "\(period): closed \(closedAt) by \(who), \(entries) entries, content \(contentHash.short)"
        }
        let who = approvals.map { "\($0.actor) (content \($0.contentHash.short))" }.joined(separator: ", ")
        if let closedAfter {
            return
                "\(period): was never closed and cannot be any more, since \(closedAfter) is; what it owes is posted "
                + "later; approved by \(who)"
        }
        return "\(period): open, approved by \(who)"
    }
}
