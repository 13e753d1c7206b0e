/// Which rows a page shows and where the next one begins, bent by a fault.
struct PageCut: Sendable, Hashable {
    var rows: Range<Int>
    /// Where the next page begins; `nil` after the last.
    var next: Cursor?
    /// Whether the link to the next page shall name another host.
    var isForeign = false

    /// A place in a list. Its turn distinguishes a link from an earlier one to the same place.
    struct Cursor: Sendable, Hashable {
        var offset: Int
        var turn = 0

        init(_ offset: Int, turn: Int = 0) {
            self.offset = offset
            self.turn = turn
        }

        /// Reads `2000` or `2000.1`.
        init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let offset = Int(parts[0]), offset >= 0 else { return nil }
            self.offset = offset
            turn = 0
            guard parts.count == 2 else { return }
            guard let turn = Int(parts[1]), (1...1000).contains(turn) else { return nil }
            self.turn = turn
        }

        var text: String { turn == 0 ? String(offset) : "\(offset).\(turn)" }
    }

    /// The rows that two pages of `duplicateRows` have in common.
    static let overlap = 2

    /// The page of `size` rows at `cursor` in a list of `count`.
    init(count: Int, at cursor: Cursor, size: Int, bentBy fault: PracticeFault? = nil) {
        let start = min(cursor.offset, count)
        let asked = fault == .changedPageSize ? max(1, size / 2) : size
        let end = start + min(asked, count - start)
        rows = start..<end
        next = end < count ? Cursor(end) : nil
        switch fault {
        case .pageLoop: next = cursor
        case .foreignNext:
            next = Cursor(end)
            isForeign = true
        case .emptyPage:
            rows = start..<start
            next = Cursor(start, turn: cursor.turn + 1)
        case .duplicateRows where next != nil && rows.count > PageCut.overlap:
            next = Cursor(end - PageCut.overlap)
        case .duplicateRows:
            rows = max(0, start - PageCut.overlap)..<end
        default: break
        }
    }
}
