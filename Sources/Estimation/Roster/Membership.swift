/// The group that each member of a column belongs to, according to another column of the same rows.
struct Membership {
    struct Conflict {
        var member: Int
        /// The groups, with the first row of each in order of rows.
        var groups: [(group: Int, row: Int)]
    }

    /// The group of each member; negative when no row says.
    private(set) var group: [Int32]
    /// Members with several groups, in the order in which they first appear.
    private(set) var conflicts: [Conflict] = []

    init(_ members: LabelColumn, of groups: LabelColumn) {
        group = [Int32](repeating: LabelColumn.missing, count: members.labelCount)
        var hasConflict = false
        for (row, member) in members.codes.enumerated() where member >= 0 {
            let found = groups.codes[row]
            guard found >= 0 else { continue }
            let known = group[Int(member)]
            if known == LabelColumn.missing {
                group[Int(member)] = found
            } else if known != found {
                hasConflict = true
            }
        }
        guard hasConflict else { return }
        var all: [Int: [(group: Int, row: Int)]] = [:]
        for (row, member) in members.codes.enumerated() where member >= 0 {
            let found = Int(groups.codes[row])
            guard found >= 0, !(all[Int(member)]?.contains { $0.group == found } ?? false) else { continue }
            all[Int(member), default: []].append((found, row))
        }
        conflicts = all.filter { $1.count > 1 }.map { Conflict(member: $0, groups: $1) }
            .sorted { $0.member < $1.member }
    }
}

/// Labels of a column that are the same but for blanks around them and capitals.
struct NearlyEqualLabels {
    /// Codes of labels that are alike, in groups of two or more, each in the order in which they first
    /// appear.
    let groups: [[Int]]

    init(_ labels: [String], among codes: [Int]) {
        guard NearlyEqualLabels.isPossible(labels) else {
            groups = []
            return
        }
        groups = Dictionary(grouping: codes.sorted()) { labels[$0].folded }.values.filter { $0.count > 1 }
            .sorted { $0[0] < $1[0] }
    }

    /// Whether labels may fold to others: in most files all are written in one manner, and then none can.
    private static func isPossible(_ labels: [String]) -> Bool {
        var (hasLower, hasUpper) = (false, false)
        for label in labels {
            for byte in label.utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower = true
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasUpper = true
                case 0x21...0x7e: continue
                default: return true
                }
            }
            if hasLower && hasUpper { return true }
        }
        return false
    }
}

extension LabelColumn {
    /// The first row of each label.
    var firstRows: [Int] {
        var rows = [Int](repeating: 0, count: labelCount)
        var seen = -1
        // Codes are given in the order of first appearance.
        for (row, code) in codes.enumerated() where Int(code) > seen {
            seen = Int(code)
            rows[seen] = row
        }
        return rows
    }
}
