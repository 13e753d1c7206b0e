import Foundation
import Model
import Synchronization

/// How a reading goes on, on standard error: one line that is written over on a terminal, a line every ten seconds
/// elsewhere.
final class SyncProgressDisplay: Sendable {
    private struct State {
        var shown: ContinuousClock.Instant?
        var isLineOpen = false
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func show(_ news: SyncNews) {
        switch news {
        case .progress(let progress): show(progress)
        case .event(let source, let stream, let event):
            // What is routine stands in the store's events.
            guard event.isWarning else { return }
            state.withLock { state in
                clear(&state)
                write("\(source)/\(stream): \(event.detail)\n")
            }
        }
    }

    func end() { state.withLock { clear(&$0) } }

    private func show(_ progress: SyncProgress) {
        state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
            if let shown = state.shown, now - shown < pause, !progress.isFinished { return }
            state.shown = now
            if isTerminal {
                write("\r\u{1b}[K" + progress.line)
                state.isLineOpen = true
            } else if !progress.isFinished {
                write(progress.line + "\n")
            }
        }
    }

    private func clear(_ state: inout State) {
        if state.isLineOpen { write("\r\u{1b}[K") }
        state.isLineOpen = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension SyncProgress {
    fileprivate var line: String {
        var parts = ["\(source)/\(stream): \(walk)"]
        parts.append(total.map { "\(walkRows) of \($0) rows" } ?? "\(rows) rows")
        parts.append("\(pages) pages")
        if rate >= 1 { parts.append("\(Int(rate)) rows/s") }
        if throttledSeconds >= 1 { parts.append("throttled \(Int(throttledSeconds)) s") }
        if let left = secondsLeft, !isFinished { parts.append("about \(Int(left.rounded(.up))) s left") }
        return parts.joined(separator: ", ")
    }
}
