/// Which column of a table plays which part in an analysis.
///
/// Partners were randomised and customers measured: a row is a customer, or a contract. What is compared between the
/// variants is a mean of `outcome`, a ratio of sums `numerator`/`denominator`, the time to a loss in `time` and `event`,
/// or any of them together.
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
    /// When observation of the row begins, on the clock of `time`; 0 without the column.
    package var entry: String?
    /// When observation of the row ends.
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
        self.partner = partner
        self.variant = variant
        self.outcome = outcome
        self.customer = customer
        self.stratum = stratum
        self.covariate = covariate
        self.weight = weight
        self.entry = entry
        self.time = time
        self.event = event
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The columns to read.
    package var requests: [ColumnRequest] {
        let texts = [partner, variant, customer, stratum].compactMap(\.self)
        let numbers: [(String?, NumberRule)] = [
            (outcome, .finite), (covariate, .finite), (weight, .positive), (entry, .finite), (time, .finite),
            (event, .zeroOrOne), (numerator, .finite), (denominator, .notNegative),
        ]
        return texts.map { ColumnRequest($0, .label) }
            + numbers.compactMap { name, rule in name.map { ColumnRequest($0, .number(rule)) } }
    }

    /// What is missing for the parts to make sense together; nil when nothing is.
    package var complaint: String? {
        switch (time, event, numerator, denominator) {
        case (nil, .some, _, _): "an event needs the time at which observation ends"
        case (.some, nil, _, _): "a time needs the event that says whether the row was lost then"
        case (_, _, .some, nil), (_, _, nil, .some): "a ratio needs both a numerator and a denominator"
        case (nil, _, nil, _) where outcome == nil:
            "say what to compare: an outcome, a numerator and a denominator, or a time and an event"
        default:
            if entry != nil && time == nil {
                "an entry needs the time at which observation ends"
            } else if weight != nil && outcome == nil {
                "a weight needs the outcome that it weighs"
            } else if partner == variant {
                "partner and variant are two columns"
            } else {
                nil
            }
        }
    }
}
