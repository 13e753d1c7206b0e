import Model

/// What is said of a group: every sum can be followed from what was paid to what is to be settled.
extension GroupAudit {
    func spelled(_ minorUnits: Int64) -> String { Incentives.spelled(minorUnits, group.currency) }

    var verb: String { side == .ledger ? "posted" : "paid" }

    /// The lines that make what is owed, as a parenthesis; empty without any.
    var why: String {
        let words = computations(of: owedLines)
        return words.isEmpty ? "" : " (\(words))"
    }

    /// The parts of the difference that are told already, each with its kind.
    private var toldBefore: String {
        let amounts = Dictionary(grouping: findings, by: \.kind).sorted { $0.key < $1.key }
        return amounts.map { kind, findings in
            let amount = findings.reduce(0) { $0 + $1.amount.minorUnits }
            return "\(spelled(amount)) of the difference is told under \(kind.title); "
        }.joined()
    }

    /// What to do about what is left, and where the rest of the difference is told.
    var settling: String {
        let others = toldBefore
        let other = others.isEmpty ? "" : "the other "
        return others
            + (remaining > 0
                ? "take \(other)\(spelled(remaining)) back" : "pay \(other)\(spelled(-remaining)) more")
    }

    var rateSentence: String {
        let rates = Set(group.transfers.compactMap(\.rate)).sorted().map(\.description)
        let at = rates.isEmpty ? "" : " at \(rates.joined(separator: " and "))"
        return owed == 0
            ? "\(spelled(paid)) was \(verb)\(at) and the plan owes nothing for it; \(settling)."
            : "\(spelled(paid)) was \(verb)\(at) where the plan owes \(spelled(owed))\(why); \(settling)."
    }

    func sentence(aboveCap cap: Int64, _ amount: Int64) -> String {
        let which = owed <= cap ? "above that" : "more than is owed"
        return
            "it may earn at most \(spelled(cap)), and \(spelled(paid)) was \(verb) where \(spelled(owed)) is "
            + "owed\(why); \(toldBefore)\(spelled(amount)) is \(which); take it back."
    }

    /// `amount` was paid on lines that may not be paid yet, or never.
    func sentence(tooEarly lines: [Payout], _ amount: Int64) -> String {
        let states = lines.map { line -> String in
            switch line.state {
            case .lapsed: "lapsed"
            case .held: "is held"
            default:
                line.payableOn.map {
                    "is payable from \($0) on, in \(counted(max(0, $0 - input.asOf), "day"))"
                } ?? "is not payable yet"
            }
        }
        let distinct = Set(states)
        let state = distinct.count == 1 ? states[0] : "is not payable"
        let which = lines.count == 1 ? "a line that \(state)" : "\(lines.count) lines of which each \(state)"
        let words = ([computations(of: lines)] + Set(lines.compactMap { input.progress(of: $0) }).sorted())
            .joined(separator: "; ")
        return "\(spelled(amount)) was \(verb) on \(which) (\(words)); take it back."
    }

    /// What a pending difference comes from.
    var restatement: String {
        "\(spelled(paid)) was posted and paid, and by facts learned since the last close "
            + "\(spelled(owed)) is owed\(why)"
    }
}
