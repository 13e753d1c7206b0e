import Model

/// Which columns of the table of facts hold what a fact of each kind says.
enum FactColumns {
    /// Positions of the columns in `SELECT *`, so that the scan of a book names no column.
    struct Layout {
        let kind = 7, isDeleted = 8, partner = 9, attributes = 11, contract = 12, customer = 13
        let renews = 14, signedOn = 15, startsOn = 16, endsOn = 17, cancelledOn = 18, annualAmount = 19
        let currency = 20, discount = 21, outcome = 22, baseline = 23, observedOn = 24
        let milestone = 25, reachedOn = 26, measure = 27, value = 28, payment = 29, component = 30, rule = 31
        let occasion = 32, entry = 33, rate = 34, paidOn = 35, amount = 36
        let state = 37, decidedOn = 38, termMonths = 39, reason = 40, opportunity = 41, stage = 42, role = 43
    }

    /// The columns that are written, in the order in which ``FactWriter`` binds them.
    static func names(_ kind: FactKind) -> [String] {
        switch kind {
        case .partner: ["partner", "attributes"]
        case .contract:
            [
                "partner", "attributes", "contract", "customer", "renews", "signed_on", "starts_on",
                "ends_on",
                "cancelled_on", "annual_amount", "currency", "discount",
            ]
        case .observation: ["partner", "customer", "outcome", "baseline", "observed_on"]
        case .milestone: ["contract", "milestone", "reached_on"]
        case .reading: ["customer", "measure", "value", "observed_on"]
        case .payment:
            [
                "payment", "partner", "contract", "component", "rule", "occasion", "entry", "rate", "paid_on",
                "amount", "currency",
            ]
        case .renewal:
            [
                "contract", "state", "decided_on", "annual_amount", "currency", "discount", "term_months",
                "reason",
            ]
        // The day it was asked for is the day it was decided on.
        case .churn: ["contract", "state", "cancelled_on", "decided_on", "reason"]
        case .discount: ["contract", "discount", "starts_on", "ends_on"]
        case .opportunity:
            [
                "opportunity", "partner", "customer", "stage", "state", "amount", "currency", "starts_on",
                "ends_on",
            ]
        // A probability is a rate.
        case .forecast: ["contract", "rate", "amount", "currency", "observed_on"]
        case .attribution: ["contract", "partner", "role", "starts_on", "ends_on"]
        }
    }
}
