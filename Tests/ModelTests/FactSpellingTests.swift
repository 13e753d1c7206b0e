import Foundation
import Model
import Testing

/// Stores hold hashes that the encoder's bytes gave: the faster spelling must give the same bytes, always.
@Suite struct FactSpellingTests {
    private func same(_ body: FactBody) throws -> Bool {
        var spelling = FactSpelling()
        try spelling.hash(body)
        let expected = try CanonicalJSON.encode(body)
        let hash = ContentHash(of: expected).hex
        return spelling.bytes == Array(expected) && spelling.digits == Array(hash.utf8)
    }

    @Test(arguments: FactKind.allCases) func randomFactsAreSpelledAsTheEncoderSpellsThem(kind: FactKind)
        throws
    {
        var random = RandomFacts(seed: 7)
        for _ in 0..<400 {
            let body = random.body(kind)
            #expect(try same(body), "\(body)")
        }
    }

    @Test(arguments: FactKind.allCases) func deletionsAreToo(kind: FactKind) throws {
        #expect(try same(.deleted(kind)))
    }

    @Test func daysBeyondFourDigitsAreToo() throws {
        for number: Int32 in [-719_529, -719_528, 2_932_896, 2_932_897, -1_000_000, 5_000_000] {
            #expect(
                try same(
                    .milestone(
                        MilestoneFact(contract: "c", milestone: "m", reachedOn: Day(number: number)))))
        }
    }

    @Test func aNumberThatJSONCannotSayIsRefusedAsTheEncoderRefusesIt() {
        var spelling = FactSpelling()
        #expect(throws: EncodingError.self) {
            try spelling.hash(
                .observation(
                    ObservationFact(
                        partner: "p", customer: "c", outcome: true, baseline: .nan,
                        observedOn: Day(number: 0))))
        }
    }
}

/// Facts full of what spellings get wrong: quotes, control characters, other scripts, keys that sort differently by
/// byte, letter and number.
private struct RandomFacts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea & Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    private static let pieces: [String] =
        (0..<0x22).compactMap { Unicode.Scalar($0).map { String($0) } }
        + [
            "\"", "\\", "/", "\u{7F}", "\u{80}", "é", "e\u{301}", "ß", "Ä", "ａ", "\u{FFFD}", "\u{2028}", "😀",
            "👩‍👩‍👧", "שלום", "a", "b", "B", "a10", "a9", "_", "-", " ", "region", "emea", "\u{0}", "\u{10FFFF}",
        ]

    private mutating func text() -> String {
        (0..<below(6)).reduce(into: "") { text, _ in text += Self.pieces[below(Self.pieces.count)] }
    }

    private mutating func day() -> Day { Day(number: Int32(below(60_000)) - 10_000) }

    private mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? {
        below(2) == 0 ? nil : value(&self)
    }

    private mutating func rate() -> Rate { Rate(partsPerMillion: Int64(below(3_000_000)) - 1_000_000) }

    private mutating func money() -> Money {
        let codes = ["EUR", "USD", "JPY", "KWD"]
        guard let currency = Currency(codes[below(codes.count)]) else { preconditionFailure("ISO codes") }
        let amounts = [Int64(bitPattern: next()), 0, .max, .min, 120_000]
        return Money(minorUnits: amounts[below(amounts.count)], currency: currency)
    }

    private mutating func attributes() -> [String: String] {
        (0..<below(6)).reduce(into: [:]) { attributes, _ in attributes[text()] = text() }
    }

    mutating func body(_ kind: FactKind) -> FactBody {
        let contract = Contract.ID(text())
        let partner = Partner.ID(text())
        let customer = Customer.ID(text())
        switch kind {
        case .partner: return .partner(PartnerFact(partner: partner, attributes: attributes()))
        case .contract:
            return .contract(
                ContractFact(
                    contract: contract, partner: partner, customer: customer,
                    renews: maybe { Contract.ID($0.text()) }, signedOn: day(), startsOn: day(),
                    endsOn: day(), cancelledOn: maybe { $0.day() }, annualAmount: money(), discount: rate(),
                    attributes: maybe { $0.attributes() }))
        case .observation:
            let baselines = [0.1, 0, -0.0, 1, 1e16, 1e-7, 1.0 / 3, .leastNonzeroMagnitude]
            return .observation(
                ObservationFact(
                    partner: partner, customer: customer, outcome: below(2) == 0,
                    baseline: maybe { baselines[$0.below(baselines.count)] }, observedOn: day()))
        case .milestone:
            return .milestone(MilestoneFact(contract: contract, milestone: text(), reachedOn: day()))
        case .reading:
            return .reading(
                ReadingFact(
                    customer: customer, measure: text(), value: Int64(bitPattern: next()), observedOn: day()))
        case .payment:
            return .payment(
                PaymentFact(
                    payment: text(), partner: partner, contract: maybe { Contract.ID($0.text()) },
                    component: PlanComponent.allCases[below(PlanComponent.allCases.count)],
                    rule: maybe { PlanRule.allCases[$0.below(PlanRule.allCases.count)] },
                    occasion: maybe { $0.text() }, entry: maybe { $0.text() }, rate: maybe { $0.rate() },
                    paidOn: day(), amount: money()))
        case .renewal:
            return .renewal(
                RenewalFact(
                    contract: contract, outcome: RenewalFact.Outcome.allCases[below(3)],
                    decidedOn: maybe { $0.day() }, annualAmount: maybe { $0.money() },
                    discount: maybe { $0.rate() }, termMonths: maybe { $0.below(60) },
                    reason: maybe { $0.text() }))
        case .churn:
            return .churn(
                ChurnFact(
                    contract: contract, churn: ChurnFact.Kind.allCases[below(3)], effectiveOn: day(),
                    requestedOn: maybe { $0.day() }, reason: maybe { $0.text() }))
        case .discount:
            return .discount(
                DiscountFact(contract: contract, discount: rate(), from: day(), until: maybe { $0.day() }))
        case .opportunity:
            return .opportunity(
                OpportunityFact(
                    opportunity: text(), partner: partner, customer: maybe { Customer.ID($0.text()) },
                    stage: text(), outcome: OpportunityFact.Outcome.allCases[below(3)],
                    amount: maybe { $0.money() }, openedOn: day(), closedOn: maybe { $0.day() }))
        case .forecast:
            return .forecast(
                ForecastFact(
                    contract: contract, probability: rate(), amount: maybe { $0.money() }, madeOn: day()))
        case .attribution:
            return .attribution(
                AttributionFact(
                    contract: contract, partner: partner, role: maybe { $0.text() },
                    from: maybe { $0.day() }, until: maybe { $0.day() }))
        }
    }
}
