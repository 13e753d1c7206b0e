package import Model

/// Compares what the book says happened, what is owed for it and what was really paid.
///
/// Kinds, their precedence and what each amount is stand in docs/AUDIT.md. Where the book has no payments, the
/// ledger's entries that move money take their place, and the kinds that need payments are told as not run.
///
/// - Parameters:
///   - terms: What each partner held and when; a partner without any is not checked for backdated terms.
///   - owed: All lines computed from `book` as of `asOf`.
///   - posted: All entries of the ledger, in the order they were posted.
///   - owedAtClose: What the last close computed, from the facts it knew; a line that was posted as it was owed then
///     and is owed differently now is no defect, but settled by the next close.
///   - setAside: Rows of payments that could not be read.
package func leakageAudit(
    book: Book, terms: [Partner.ID: [TermsSegment]], owed: [Payout], posted: [LedgerEntry],
    owedAtClose: [Payout] = [], setAside: [QuarantinedRow] = [], asOf: Day,
    options: AuditOptions = AuditOptions()
) -> LeakageAudit {
    let input = AuditInput(
        book: book, terms: terms, owed: owed, posted: posted, owedAtClose: owedAtClose, asOf: asOf,
        options: options)
    let payments = book.payments.filter { $0.body.paidOn <= asOf }.map { Transfer($0, in: input) }
    let postings = posted.filter { $0.kind.isPaid && $0.period.firstDay <= asOf }.map { Transfer($0) }
    var findings: [LeakageFinding] = []
    var pending: [LeakageAudit.Pending] = []
    var outside: [LeakageAudit.Outside] = []
    var notRun = omissions(input, hasPayments: !payments.isEmpty, hasEntries: !posted.isEmpty)
    if payments.isEmpty {
        let ledger = SideAudit(
            input, transfers: postings, side: .ledger, unpaid: posted.isEmpty ? .ofLeavers : .all)
        findings = ledger.findings
        pending = ledger.pending
    } else {
        let side = SideAudit(input, transfers: payments, side: .payment, unpaid: .all)
        let ledger = SideAudit(input, transfers: postings, side: .ledger, unpaid: .none)
        // Money that was paid wrongly because it was posted wrongly is told once, where it was paid.
        let told = Set(side.findings.map(\.place))
        findings =
            side.findings
            + ledger.findings.filter { !told.contains($0.place) && !told.contains($0.place.ofAnyComponent) }
        pending = side.pending
        outside = side.outside
        if side.unseenExternal > 0 {
            notRun.append(
                .init(
                    kind: .orphanedPromise,
                    reason:
                        "no payment is of a plan that another system pays, so that its \(side.unseenExternal) lines "
                        + "that are due may be paid or not"))
        }
    }
    return LeakageAudit(
        asOf: asOf, snapshotSequence: book.sequence, payments: payments.count, entries: posted.count,
        lines: owed.count, findings: findings.sorted(), pending: pending.sorted(), outside: outside,
        notRun: notRun.sorted { ($0.kind, $0.reason) < ($1.kind, $1.reason) },
        notes: LeakageAudit.Note.all(
            book: book, transfers: payments.isEmpty ? postings : payments, setAside: setAside, in: input))
}

private func omissions(
    _ input: AuditInput, hasPayments: Bool, hasEntries: Bool
) -> [LeakageAudit.Omission] {
    var omissions: [LeakageAudit.Omission] = []
    if !hasPayments {
        let reason =
            "the book has no payments, so that nobody knows where money really went; connect a payment stream"
        omissions += [.wrongPartner, .wrongCurrency, .roundingDrift].map { .init(kind: $0, reason: reason) }
        let rest: [LeakageKind] = [
            .creditWithoutContract, .paidAfterChurn, .doubleCredit, .backdatedTerms, .gateUnmet, .capExceeded,
            .termMismatch, .rateMismatch,
        ]
        if !hasEntries {
            omissions += rest.map {
                .init(kind: $0, reason: "the book has no payments and the ledger has no entries to compare")
            }
            omissions.append(
                .init(
                    kind: .orphanedPromise,
                    reason:
                        "without payments and ledger only promises to partners who left the roster are seen"))
        }
    }
    if input.terms.isEmpty, hasPayments || hasEntries {
        omissions.append(
            .init(
                kind: .backdatedTerms, reason: "no terms were given, so that no day can be held against them")
        )
    }
    return omissions
}

extension [LeakageAudit.Pending] {
    fileprivate func sorted() -> [LeakageAudit.Pending] {
        sorted {
            ($0.partner, $0.contract ?? "", $0.component, $0.amount.minorUnits, $0.reason)
                < ($1.partner, $1.contract ?? "", $1.component, $1.amount.minorUnits, $1.reason)
        }
    }
}

/// Where a finding stands, for telling it once.
private struct FindingPlace: Hashable {
    var partner: Partner.ID
    var contract: Contract.ID?
    var component: PlanComponent?

    var ofAnyComponent: FindingPlace { FindingPlace(partner: partner, contract: contract) }
}

extension LeakageFinding {
    fileprivate var place: FindingPlace {
        FindingPlace(partner: partner, contract: contract, component: component)
    }
}

extension Transfer {
    fileprivate init(_ payment: Book.Recorded<PaymentFact>, in input: AuditInput) {
        let body = payment.body
        let entry = body.entry.flatMap { input.entries[$0]?.payout }
        self.init(
            id: body.payment, partner: body.partner, contract: body.contract ?? entry?.contract,
            component: body.component, rule: body.rule, occasion: body.occasion, entry: body.entry,
            rate: body.rate, paidOn: body.paidOn, amount: body.amount, sequence: payment.sequence)
    }

    fileprivate init(_ entry: LedgerEntry) {
        let line = entry.payout
        self.init(
            id: entry.id, partner: line.partner, contract: line.contract, component: line.component,
            rule: line.rule, occasion: line.occasion, entry: entry.id, rate: nil,
            paidOn: entry.period.lastDay,
            amount: Money(minorUnits: entry.amount, currency: line.currency), sequence: 0)
    }
}
