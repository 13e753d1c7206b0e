/// Which column of a table plays which part in an analysis.
///
/// Partners were randomised and customers measured: a row is a customer, or a contract. What is compared
/// between the variants is a mean of `outcome`, a ratio of sums `numerator`/`denominator`, the time to a loss
/// in `time` and `event`, or any of them together.
package struct TableRoles: Sendable, Hashable {
    /// Who was randomised.
    package var partner: String
    /// What the partner was given; one text a partner.
    package var variant: String
    /// A number a row: 0 or 1 for a share, any other for a mean.
    package var outcome: String?
    /// Who was measured; only to find customers that several rows or partners share.
    package var customer: String?
    /// The stratum, or with the paired design the pair, that the partner was randomised in.
    package var stratum: String?
    /// A number that was fixed before partners were randomised.
    package var covariate: String?
    /// How much a row counts in the mean of the outcome, such as its revenue; above 0.
    package var weight: String?
    /// When observation of the row begins, on the clock of `time`; before time 0 without the column.
    package var entry: String?
    /// When observation of the row ends; not negative, and after its entry.
    package var time: String?
    /// Whether it ends with a loss: 1, or is cut off: 0.
    package var event: String?
    /// The upper sum of a ratio, such as revenue after a year.
    package var numerator: String?
    /// The lower sum of a ratio, such as revenue before; not negative.
    package var denominator: String?

    /// Gives parts to columns.
    package init(
        partner: String, variant: String, outcome: String? = nil, customer: String? = nil,
        stratum: String? = nil,
        covariate: String? = nil, weight: String? = nil, entry: String? = nil, time: String? = nil,
        event: String? = nil, numerator: String? = nil, denominator: String? = nil
    ) {
        func name(_ given: String?) -> String? { given?.withoutBlanksAround }
        self.partner = partner.withoutBlanksAround
        self.variant = variant.withoutBlanksAround
        self.outcome = name(outcome)
        self.customer = name(customer)
        self.stratum = name(stratum)
        self.covariate = name(covariate)
        self.weight = name(weight)
        self.entry = name(entry)
        self.time = name(time)
        self.event = name(event)
        self.numerator = name(numerator)
        self.denominator = name(denominator)
    }

    /// The columns to read.
    package var requests: [ColumnRequest] {
        let texts = [partner, variant, customer, stratum].compactMap(\.self)
        let numbers: [(String?, NumberRule)] = [
            (outcome, .finite), (covariate, .finite), (weight, .positive), (entry, .finite),
            (time, .notNegative),
            (event, .zeroOrOne), (numerator, .finite), (denominator, .notNegative),
        ]
        return texts.map { ColumnRequest($0, .label) }
            + numbers.compactMap { name, rule in name.map { ColumnRequest($0, .number(rule)) } }
    }

    /// What is missing or in contradiction for the parts to make sense together; empty when nothing is.
    package var complaints: [String] {
        var found: [String] = []
        if event != nil, time == nil { found.append("an event needs the time at which observation ends") }
        if time != nil, event == nil {
            found.append("a time needs the event that says whether the row was lost then")
        }
        if entry != nil, time == nil { found.append("an entry needs the time at which observation ends") }
        if (numerator == nil) != (denominator == nil) {
            found.append("a ratio needs both a numerator and a denominator")
        }
        if weight != nil, outcome == nil { found.append("a weight needs the outcome that it weighs") }
        if [outcome, numerator, denominator, time, event].allSatisfy({ $0 == nil }) {
            found.append(
                "say what to compare: an outcome, a numerator and a denominator, or a time and an event")
        }
        return found + sharedColumns
    }

    /// Every part that has a column, by the name of its option.
    package var columns: [(role: String, column: String)] {
        let all: [(String, String?)] = [
            ("partner", partner), ("variant", variant), ("stratum", stratum), ("customer", customer),
            ("outcome", outcome), ("weight", weight), ("covariate", covariate), ("numerator", numerator),
            ("denominator", denominator), ("entry", entry), ("time", time), ("event", event),
        ]
        return all.compactMap { role, column in column.map { (role, $0) } }
    }

    /// Columns that play two parts of which one makes nonsense of the other.
    private var sharedColumns: [String] {
        // A stratum may also be a covariate, and what a ratio is about also an outcome or a covariate before it.
        let allowed: [Set<String>] = [
            ["stratum", "covariate"], ["outcome", "numerator"], ["outcome", "event"], ["outcome", "time"],
            ["outcome", "denominator"], ["covariate", "denominator"], ["weight", "denominator"],
            ["covariate", "weight"], ["covariate", "entry"],
        ]
        let parts = columns
        return parts.indices.flatMap { one in
            parts.indices.dropFirst(one + 1).compactMap { other in
                let pair = (parts[one], parts[other])
                guard pair.0.column == pair.1.column, !allowed.contains([pair.0.role, pair.1.role]) else {
                    return nil
                }
                return
                    "\(pair.0.role) and \(pair.1.role) are both the column '\(pair.0.column)'; they are two "
                    + "columns"
            }
        }
    }
}
