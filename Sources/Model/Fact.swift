/// A name of a system that facts come from, as configured; part of every fact's identity.
package enum Source {
    package typealias Name = Identifier<Source>
}

/// One thing a source told us, as far as the source is concerned: what it is about and what it says.
package enum FactBody: Sendable, Hashable, Codable {
    case partner(PartnerFact)
    case contract(ContractFact)
    case observation(ObservationFact)
    case milestone(MilestoneFact)
    case reading(ReadingFact)
    case payment(PaymentFact)
    case renewal(RenewalFact)
    case churn(ChurnFact)
    case discount(DiscountFact)
    case opportunity(OpportunityFact)
    case forecast(ForecastFact)
    case attribution(AttributionFact)
    /// The source no longer has the record; what it said before stays in the book's history.
    case deleted(FactKind)

    package var kind: FactKind {
        switch self {
        case .partner: .partner
        case .contract: .contract
        case .observation: .observation
        case .milestone: .milestone
        case .reading: .reading
        case .payment: .payment
        case .renewal: .renewal
        case .churn: .churn
        case .discount: .discount
        case .opportunity: .opportunity
        case .forecast: .forecast
        case .attribution: .attribution
        case .deleted(let kind): kind
        }
    }
}

/// What a fact is about.
package enum FactKind: String, Sendable, Hashable, Codable, CaseIterable {
    case partner, contract, observation, milestone, reading, payment
    case renewal, churn, discount, opportunity, forecast, attribution
}

/// A partner account of the roster.
package struct PartnerFact: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    /// Roster fields by name ("region", "tier", "type"): what eligibility and strata read.
    package var attributes: [String: String]

    package init(partner: Partner.ID, attributes: [String: String]) {
        self.partner = partner
        self.attributes = attributes
    }
}

/// A recurring-revenue agreement between the vendor and a partner's customer.
package struct ContractFact: Sendable, Hashable, Codable {
    package var contract: Contract.ID
    package var partner: Partner.ID
    package var customer: Customer.ID
    /// The contract this one renews, if it renews one.
    package var renews: Contract.ID?
    package var signedOn: Day
    package var startsOn: Day
    /// The last day of the term: the day its renewal decision is due.
    package var endsOn: Day
    /// The day the customer left before the end of the term, if it did.
    package var cancelledOn: Day?
    /// Recurring amount over one year.
    package var annualAmount: Money
    /// Discount off the list price.
    package var discount: Rate
    /// What diversification counts over ("region", "vertical", "buyerRole"); `nil` when the source tells nothing.
    package var attributes: [String: String]?

    package init(
        contract: Contract.ID, partner: Partner.ID, customer: Customer.ID, renews: Contract.ID?,
        signedOn: Day, startsOn: Day, endsOn: Day, cancelledOn: Day?, annualAmount: Money, discount: Rate,
        attributes: [String: String]? = nil
    ) {
        self.contract = contract
        self.partner = partner
        self.customer = customer
        self.renews = renews
        self.signedOn = signedOn
        self.startsOn = startsOn
        self.endsOn = endsOn
        self.cancelledOn = cancelledOn
        self.annualAmount = annualAmount
        self.discount = discount
        self.attributes = attributes
    }
}

/// A yes-or-no outcome of one customer, measured outside Fairway (an imported trial).
package struct ObservationFact: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    package var customer: Customer.ID
    package var outcome: Bool
    /// The partner's rate before the trial, if it was measured.
    package var baseline: Double?
    package var observedOn: Day

    package init(
        partner: Partner.ID, customer: Customer.ID, outcome: Bool, baseline: Double?, observedOn: Day
    ) {
        self.partner = partner
        self.customer = customer
        self.outcome = outcome
        self.baseline = baseline
        self.observedOn = observedOn
    }
}

/// A record as a source delivered it, mapped into Fairway's words, not yet stored.
package struct MappedRecord: Sendable, Hashable {
    /// The source's own id of the record; with the stream, the record's identity.
    package var nativeID: String
    /// The source's version stamp, kept for the auditor and never part of the identity.
    package var nativeVersion: String
    package var body: FactBody {
        didSet { fingerprint = nil }
    }
    /// The name of the partner or customer the row is about, where the mapping keeps it; no part of the fact.
    package var name: SubjectName?
    /// Of the body, when it was hashed ahead.
    var fingerprint: FactFingerprint?

    package init(nativeID: String, nativeVersion: String, body: FactBody, name: SubjectName? = nil) {
        self.nativeID = nativeID
        self.nativeVersion = nativeVersion
        self.body = body
        self.name = name
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.nativeID == right.nativeID && left.nativeVersion == right.nativeVersion
            && left.body == right.body && left.name == right.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(nativeID)
        hasher.combine(nativeVersion)
        hasher.combine(body)
        hasher.combine(name)
    }
}

/// A stored fact: a mapped record, where it came from, and the sequence at which we learned it.
package struct Fact: Sendable, Hashable, Codable {
    package var sequence: Int64
    package var source: Source.Name
    package var stream: String
    package var nativeID: String
    package var nativeVersion: String
    /// Business time at which it was stored.
    package var learnedAt: Instant
    package var body: FactBody

    package init(
        sequence: Int64, source: Source.Name, stream: String, nativeID: String, nativeVersion: String,
        learnedAt: Instant, body: FactBody
    ) {
        self.sequence = sequence
        self.source = source
        self.stream = stream
        self.nativeID = nativeID
        self.nativeVersion = nativeVersion
        self.learnedAt = learnedAt
        self.body = body
    }
}

/// A row that could not be mapped: kept with its place and reason, never silently dropped.
package struct QuarantinedRow: Sendable, Hashable, Codable {
    /// The source's id of the row, or "line 17" of a file.
    package var place: String
    /// What was wrong, naming the field and what was expected. May quote what was delivered, so that it goes where
    /// the payload goes: kept for a time, never in a message, a log or an error.
    package var reason: String
    /// The row as delivered.
    package var payload: String
    /// The field and the kind of fault without any value: what may be told and kept anywhere.
    package var summary: String

    /// What may be told of it anywhere.
    package var told: String { summary.isEmpty ? "it does not fit the mapping" : summary }

    package init(place: String, reason: String, payload: String, summary: String = "") {
        self.place = place
        self.reason = reason
        self.payload = payload
        self.summary = summary
    }
}

extension Source {
    /// The source that a file imported by hand is booked under.
    package static func importedFile(_ name: String) -> Name { Name("csv/\(name)") }

    /// The source that an imported trial's observations are booked under.
    package static func trial(_ pilot: Pilot.ID) -> Name { Name("trial/\(pilot)") }
}

extension Identifier<Source> {
    /// Whether the source is a file somebody imported, which is complete as of its import and not read by itself.
    package var isImported: Bool { isTrial || rawValue.hasPrefix("csv/") }

    /// Whether the source is the file of an imported trial.
    package var isTrial: Bool { rawValue.hasPrefix("trial/") }
}
