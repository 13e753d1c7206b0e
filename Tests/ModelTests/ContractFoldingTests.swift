import Model
import Testing

/// What is reported of contract "a": signed 2025-12-15, a year from 2026-01-01, 1,000.00 a year, partner p.
@Suite struct ContractFoldingTests {
    private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso), "\(iso)") }
    private func euros(_ minorUnits: Int64) throws -> Money {
        Money(minorUnits: minorUnits, currency: try #require(Currency("EUR")))
    }

    private func row(
        _ id: Contract.ID = "a", partner: Partner.ID = "p", renews: Contract.ID? = nil,
        cancelled: String? = nil,
        starts: String = "2026-01-01", ends: String = "2026-12-31", discount: Int64 = 0,
        customer: Customer.ID = "c"
    ) throws -> ContractFact {
        ContractFact(
            contract: id, partner: partner, customer: customer, renews: renews,
            signedOn: try day("2025-12-15"),
            startsOn: try day(starts), endsOn: try day(ends), cancelledOn: try cancelled.map { try day($0) },
            annualAmount: try euros(100_000), discount: Rate(partsPerMillion: discount),
            attributes: ["region": "emea"])
    }

    private func book(
        _ rows: [ContractFact], deleted: [Contract.ID: Day] = [:],
        _ tell: (inout Book.Reports) throws -> Void
    ) rethrows -> Book {
        var reports = Book.Reports()
        try tell(&reports)
        return Book(
            sequence: 99, partners: ["p", "q", "r"].map { PartnerFact(partner: $0, attributes: [:]) },
            contracts: rows, observations: [:], deletedContracts: deleted, contractSequences: ["a": 1],
            reports: reports)
    }

    // MARK: Churn

    private func churn(
        _ sequence: Int64, _ effective: String, _ kind: ChurnFact.Kind = .voluntary, asked: String? = nil
    ) throws -> Book.Recorded<ChurnFact> {
        Book.Recorded(
            sequence: sequence,
            ChurnFact(
                contract: "a", churn: kind, effectiveOn: try day(effective),
                requestedOn: try asked.map { try day($0) }))
    }

    private func left(_ rows: [ContractFact], _ churns: [Book.Recorded<ChurnFact>]) throws -> String? {
        book(rows) { $0.churns = churns }.contracts[0].cancelledOn?.description
    }

    @Test func aLeaveIsTheDayTheContractWasCancelled() throws {
        #expect(try left([row()], [churn(5, "2026-06-30")]) == "2026-06-30")
        let book = try book([row()]) { $0.churns = [try churn(5, "2026-06-30")] }
        #expect(book.contracts[0].sequence == 5, "the contract rests on the report too")
    }

    @Test func theRowsOwnWordGoesBefore() throws {
        #expect(try left([row(cancelled: "2026-03-01")], [churn(5, "2026-06-30")]) == "2026-03-01")
    }

    @Test func aLeaveCountsFromSigningToTheEndOfTheTerm() throws {
        for (effective, counts) in [
            ("2025-12-14", false), ("2025-12-15", true), ("2026-12-31", true), ("2027-01-01", false),
        ] {
            #expect(try left([row()], [churn(5, effective)]) == (counts ? effective : nil), "\(effective)")
        }
    }

    @Test func ofSeveralLeavesTheLatestDayCounts() throws {
        let reports = [try churn(9, "2026-05-31"), try churn(5, "2026-06-30")]
        #expect(try left([row()], reports) == "2026-06-30")
    }

    @Test func aReversalTakesBackTheLeaveBeforeIt() throws {
        // Announced for the end of June, taken back on 10 June, told in that order.
        let announced = try churn(5, "2026-06-30")
        #expect(try left([row()], [announced, churn(6, "2026-06-10", .reversal)]) == nil)
        // It came back after it had left, whatever we learned first.
        #expect(try left([row()], [churn(6, "2026-06-01"), churn(5, "2026-06-10", .reversal)]) == nil)
        // Asked for before the reversal's day, learned after it.
        let asked = try churn(7, "2026-06-30", asked: "2026-05-01")
        #expect(try left([row()], [asked, churn(6, "2026-06-10", .reversal)]) == nil)
    }

    @Test func aLeaveAfterAReversalStands() throws {
        let reversal = try churn(5, "2026-06-10", .reversal)
        #expect(try left([row()], [reversal, churn(6, "2026-06-30")]) == "2026-06-30")
        let asked = try churn(4, "2026-08-31", asked: "2026-07-20")
        #expect(try left([row()], [reversal, asked]) == "2026-08-31", "asked for again")
    }

    // MARK: Renewals

    private func renewal(
        _ sequence: Int64, _ outcome: RenewalFact.Outcome, decided: String? = nil, amount: Int64? = nil,
        discount: Int64? = nil, months: Int? = nil, of contract: Contract.ID = "a"
    ) throws -> Book.Recorded<RenewalFact> {
        Book.Recorded(
            sequence: sequence,
            RenewalFact(
                contract: contract, outcome: outcome, decidedOn: try decided.map { try day($0) },
                annualAmount: try amount.map { try euros($0) },
                discount: discount.map { Rate(partsPerMillion: $0) }, termMonths: months))
    }

    @Test func aRenewalThatWasWonIsATermOfItsOwn() throws {
        let book = try book([row(discount: 50_000)]) {
            $0.renewals = [try renewal(7, .won, decided: "2026-11-20")]
        }
        #expect(book.contracts.map(\.id) == ["a", "a/renewal"])
        #expect(book.contracts[0].successor == 1)
        let term = book.contracts[1]
        #expect(term.isDerived && term.isRenewal && !term.renewsUnknown && term.sequence == 7)
        #expect(try term.signedOn == day("2026-11-20") && term.startsOn == day("2027-01-01"))
        #expect(try term.endsOn == day("2027-12-31") && term.annualAmount == euros(100_000))
        #expect(term.discount.partsPerMillion == 50_000 && term.partner == 0 && term.customer == 0)
        #expect(term.attributes == ["region": "emea"] && term.cancelledOn == nil && term.successor == nil)
        #expect(!book.contracts[0].isDerived && book.customers == ["c"])
    }

    @Test func itSaysWhatTheReportSays() throws {
        let told = try renewal(7, .won, amount: 130_000, discount: 0, months: 6)
        let term = try book([row(discount: 50_000)]) { $0.renewals = [told] }.contracts[1]
        #expect(try term.signedOn == day("2026-12-31") && term.endsOn == day("2027-06-30"))
        #expect(try term.annualAmount == euros(130_000) && term.discount.partsPerMillion == 0)
    }

    @Test func aTermIsAsLongAsTheOneBefore() throws {
        func ends(_ starts: String, _ ends: String) throws -> String? {
            try book([row(starts: starts, ends: ends)]) { $0.renewals = [try renewal(7, .won)] }.contracts
                .last?
                .endsOn.description
        }
        #expect(try ends("2027-03-01", "2028-02-29") == "2029-02-28", "a year over 29 February")
        #expect(try ends("2026-01-01", "2026-02-14") == "2026-03-31", "45 days")
        #expect(try ends("2026-01-01", "9999-12-31") == "9999-12-31", "what never ends is not renewed")
    }

    @Test func openAndLostAddNothing() throws {
        for outcome in [RenewalFact.Outcome.open, .lost] {
            let book = try book([row()]) { $0.renewals = [try renewal(7, outcome)] }
            #expect(book.contracts.map(\.id) == ["a"] && book.contracts[0].successor == nil)
        }
    }

    @Test func theLatestDecisionCounts() throws {
        func isRenewed(_ renewals: [Book.Recorded<RenewalFact>]) throws -> Bool {
            book([try row()]) { $0.renewals = renewals }.contracts.count == 2
        }
        let lost = try renewal(7, .lost, decided: "2026-11-01")
        #expect(try isRenewed([lost, renewal(5, .won, decided: "2026-11-20"), renewal(9, .open)]))
        #expect(try !isRenewed([lost, renewal(9, .won, decided: "2026-10-20")]))
    }

    @Test func onceARealSuccessorIsThereTheDerivedTermIsGone() throws {
        let successor = try row("b", renews: "a", starts: "2027-01-01", ends: "2027-12-31")
        let told = try renewal(7, .won)
        #expect(book([try row(), successor]) { $0.renewals = [told] }.contracts.map(\.id) == ["a", "b"])
        let without = book([try row(), successor], deleted: ["b": try day("2027-02-01")]) {
            $0.renewals = [told]
        }
        #expect(without.contracts.map(\.id) == ["a", "a/renewal", "b"])
        #expect(without.contracts[0].successor == 1)
    }

    @Test func aDerivedTermIsRenewedByNothing() throws {
        let claim = try row("b", renews: "a/renewal", starts: "2028-01-01", ends: "2028-12-31")
        let book = try book([row(), claim]) {
            $0.renewals = [try renewal(7, .won), try renewal(8, .won, of: "a/renewal")]
        }
        #expect(book.contracts.map(\.id) == ["a", "a/renewal", "b"])
        #expect(book.contracts[1].successor == nil && book.contracts[2].renewsUnknown)
    }

    // MARK: Successors that name no predecessor

    /// Ids of the contracts, each after what it renews: "b<a" where b follows a.
    private func chain(_ rows: [ContractFact], won: [Contract.ID] = ["a"]) throws -> [String] {
        let renewals = try won.map { try renewal(7, .won, of: $0) }
        let book = book(rows) { $0.renewals = renewals }
        return book.contracts.enumerated().map { index, entry in
            let before = book.contracts.first { $0.successor == index }
            #expect(entry.isRenewal == (before != nil))
            return before.map { "\(entry.id)<\($0.id)" } ?? entry.id.rawValue
        }
    }

    @Test func aContractOfTheSameTermStandsForTheRenewalThatWasWon() throws {
        let next = try row("b", starts: "2027-01-01", ends: "2027-12-31")
        #expect(try chain([row(), next]) == ["a", "b<a"])
        #expect(try chain([row(), next], won: []) == ["a", "b"], "nothing says that a was renewed")
        let book = try book([row(), next]) { $0.renewals = [try renewal(7, .won)] }
        #expect(!book.contracts[1].isDerived && book.contracts[1].sequence == 7)
        let lost = try self.book([row(), next]) { $0.renewals = [try renewal(7, .lost)] }
        #expect(lost.contracts[0].successor == nil && !lost.contracts[1].isRenewal)
    }

    @Test func itStartsWithinThirtyDaysBeforeAndSixtyAfter() throws {
        for (starts, follows) in [
            ("2026-12-01", false), ("2026-12-02", true), ("2027-03-02", true), ("2027-03-03", false),
        ] {
            let next = try row("b", starts: starts, ends: "2027-12-31")
            #expect(
                try chain([row(), next]) == (follows ? ["a", "b<a"] : ["a", "a/renewal<a", "b"]), "\(starts)")
        }
    }

    @Test func itIsOfTheSameCustomerAndPartnerAndRenewsNothingElse() throws {
        let (starts, ends) = ("2027-01-01", "2027-12-31")
        for other in [
            try row("b", starts: starts, ends: ends, customer: "d"),
            try row("b", partner: "q", starts: starts, ends: ends),
            try row("b", renews: "x", starts: starts, ends: ends),
        ] {
            let renewals = [try renewal(7, .won)]
            let book = book([try row(), other]) { $0.renewals = renewals }
            #expect(book.contracts.map(\.id) == ["a", "a/renewal", "b"] && book.contracts[0].successor == 1)
        }
        let moved = try book([row(), row("b", partner: "q", starts: starts, ends: ends)]) {
            $0.renewals = [try renewal(7, .won)]
            $0.attributions = [try attribution(5, "q", from: "2026-06-01")]
        }
        #expect(moved.contracts.map(\.id) == ["a", "b"], "a was q's by the day b started")
        let gone = try book(
            [row(), row("b", starts: starts, ends: ends)], deleted: ["b": try day("2027-02-01")]
        ) {
            $0.renewals = [try renewal(7, .won)]
        }
        #expect(gone.contracts.map(\.id) == ["a", "a/renewal", "b"])
    }

    @Test func ofSeveralTheNearestStartFollowsThenTheSmallerID() throws {
        let rows = [
            try row(), try row("b", starts: "2027-01-03", ends: "2027-12-31"),
            try row("c", starts: "2027-01-01", ends: "2027-12-31"),
            try row("d", starts: "2027-01-01", ends: "2027-12-31"),
        ]
        #expect(try chain(rows) == ["a", "b", "c<a", "d"])
        #expect(try chain(rows.reversed()) == ["a", "b", "c<a", "d"])
    }

    @Test func eachContractFollowsOne() throws {
        // Two were renewed and one new contract is there: the other's term is still known from its report only.
        let rows = [
            try row(), try row("b", ends: "2026-12-20"),
            try row("n", starts: "2027-01-01", ends: "2027-12-31"),
        ]
        #expect(try chain(rows, won: ["a", "b"]) == ["a", "b", "b/renewal<b", "n<a"])
        // Short terms in a row, all of them renewed but the last.
        let months = [
            try row("a", ends: "2026-01-31"), try row("b", starts: "2026-02-01", ends: "2026-02-28"),
            try row("c", starts: "2026-03-01", ends: "2026-03-31"),
        ]
        #expect(try chain(months, won: ["a", "b"]) == ["a", "b<a", "c<b"])
    }

    // MARK: Discounts

    private func discount(
        _ sequence: Int64, _ share: Int64, from: String, until: String? = nil
    ) throws -> Book.Recorded<DiscountFact> {
        Book.Recorded(
            sequence: sequence,
            DiscountFact(
                contract: "a", discount: Rate(partsPerMillion: share), from: try day(from),
                until: try until.map { try day($0) }))
    }

    private func discounted(_ row: ContractFact, _ reports: [Book.Recorded<DiscountFact>]) -> Int64 {
        book([row]) { $0.discounts = reports }.contracts[0].discount.partsPerMillion
    }

    @Test func theDiscountOnTheFirstDayCounts() throws {
        let reports = [
            try discount(5, 10_000, from: "2025-06-01", until: "2026-01-01"),
            try discount(6, 20_000, from: "2025-01-01", until: "2025-12-31"),
            try discount(7, 30_000, from: "2026-01-02"),
        ]
        #expect(try discounted(row(), reports) == 10_000)
        #expect(try discounted(row(discount: 5), reports) == 5, "the row's own word goes before")
    }

    @Test func elseTheFirstThatBeginsWithinTheTerm() throws {
        let reports = [
            try discount(5, 10_000, from: "2026-09-01"), try discount(6, 20_000, from: "2026-02-01"),
            try discount(7, 30_000, from: "2027-01-01"),
        ]
        #expect(try discounted(row(), reports) == 20_000)
        #expect(try discounted(row(), [reports[2]]) == 0, "after the term")
    }

    // MARK: Attributions

    private func attribution(
        _ sequence: Int64, _ partner: Partner.ID, from: String? = nil, until: String? = nil
    ) throws -> Book.Recorded<AttributionFact> {
        Book.Recorded(
            sequence: sequence,
            AttributionFact(
                contract: "a", partner: partner, role: nil, from: try from.map { try day($0) },
                until: try until.map { try day($0) }))
    }

    /// Names of the partners that "a" counts for on some days, and last.
    private func partners(_ book: Book, on days: [String]) throws -> [String] {
        let entry = book.contracts[0]
        return (try days.map { entry.partner(on: try day($0)) } + [entry.partner])
            .map { $0.map { book.partners[$0].id.rawValue } ?? "-" }
    }

    @Test func aContractCountsForThePartnerItHad() throws {
        let book = try book([row()]) {
            $0.attributions = [
                try attribution(5, "q", from: "2026-03-01"),
                try attribution(6, "r", from: "2026-06-01", until: "2026-06-30"),
            ]
        }
        #expect(
            try partners(
                book,
                on: ["2020-01-01", "2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01", "2026-07-01"])
                == ["p", "p", "q", "q", "r", "q", "q"])
        #expect(book.contracts[0].attributions.map(\.partner) == [0, 1, 2, 1])
    }

    @Test func anAttributionFromTheBeginningReplacesTheRowsPartner() throws {
        let book = try book([row()]) { $0.attributions = [try attribution(5, "q")] }
        #expect(try partners(book, on: ["1990-01-01", "2026-03-01"]) == ["q", "q", "q"])
        #expect(book.contracts[0].attributions.isEmpty && book.contracts[0].sequence == 5)
    }

    @Test func aRowThatNamedAnotherPartnerCountsForEachInItsTime() throws {
        let history = [
            Book.NamedPartner("p", from: .beginning), Book.NamedPartner("q", from: try day("2026-04-01")),
        ]
        let moved = try book([row(partner: "q")]) { $0.partnersOfRow = ["a": history] }
        #expect(try partners(moved, on: ["2026-03-31", "2026-04-01"]) == ["p", "q", "q"])
        // What is reported goes before what rows said, on the days it covers.
        let told = try book([row(partner: "q")]) {
            $0.partnersOfRow = ["a": history]
            $0.attributions = [try attribution(5, "r", from: "2026-02-01", until: "2026-04-30")]
        }
        #expect(
            try partners(told, on: ["2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01"])
                == ["p", "r", "r", "q", "q"])
    }

    @Test func aPartnerThatIsNotInTheRosterCountsForNobody() throws {
        let book = try book([row()]) { $0.attributions = [try attribution(5, "x", from: "2026-03-01")] }
        #expect(try partners(book, on: ["2026-02-28", "2026-03-01"]) == ["p", "-", "-"])
        #expect(book.activeContracts(on: try day("2026-02-28")) == [1, 0, 0])
        #expect(book.activeContracts(on: try day("2026-03-01")) == [0, 0, 0])
    }

    @Test func reportsOfContractsThatAreNotInTheBookSayNothing() throws {
        let book = try book([row("z")]) {
            $0.churns = [try churn(5, "2026-06-30")]
            $0.renewals = [try renewal(6, .won)]
            $0.discounts = [try discount(7, 10_000, from: "2026-01-01")]
            $0.attributions = [try attribution(8, "q")]
        }
        let alone = try book.contracts == self.book([row("z")]) { _ in }.contracts
        #expect(alone)
    }
}
