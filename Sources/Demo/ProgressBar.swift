import Foundation

/// Progress on standard error: a bar on a terminal, a line now and then elsewhere.
struct ProgressBar {
    let total: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private static let width = 30

    init(total: Int) { self.total = max(1, total) }

    func show(_ done: Int, _ label: String) {
        if isTerminal {
            let filled = min(Self.width, done * Self.width / total)
            let bar =
                String(repeating: "=", count: filled) + String(repeating: " ", count: Self.width - filled)
            write("\r[\(bar)] \(label)   ")
        } else if done == total || done % max(1, total / 5) == 0 {
            write("\(label) (\(done) of \(total))\n")
        }
    }

    func finish() {
        if isTerminal { write("\n") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
