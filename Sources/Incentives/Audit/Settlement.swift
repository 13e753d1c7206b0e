import Model

/// Lines and transfers that can only be compared together.
struct SettlementGroup {
    var partner: Partner.ID
    /// `nil` for several contracts, or none.
    var contract: Contract.ID?
    var component: PlanComponent
    var currency: Currency
    /// Indices of lines; none for a transfer that nothing is owed for.
    var lines: [Int] = []
    var transfers: [Transfer] = []
    /// The lines each transfer pays.
    var targets: [[Int]] = []
}

/// Transfers held against lines: those that went astray as a whole, and groups to be compared.
struct Settlement {
    /// Lines nobody was paid for, of one partner, contract and component.
    struct Place: Hashable {
        var partner: Partner.ID
        var contract: Contract.ID?
        var component: PlanComponent
    }

    private(set) var astray: [LeakageFinding] = []
    private(set) var groups: [SettlementGroup] = []
    private(set) var untouched: [Place: [Int]] = [:]
    /// Places where something was paid.
    private(set) var paidPlaces: Set<Place> = []
    /// What other partners got of a line, by its index.
    private(set) var diverted: [Int: Int64] = [:]
    /// Lines that were paid in another currency.
    private(set) var paidInOtherCurrency: Set<Int> = []

    private let input: AuditInput
    private let side: LeakageFinding.Side

    init(_ input: AuditInput, transfers: [Transfer], side: LeakageFinding.Side) {
        self.input = input
        self.side = side
        group(screened(transfers))
    }

    // MARK: Astray

    private struct Astray: Hashable {
        var kind: LeakageKind
        var partner: Partner.ID
        var contract: Contract.ID?
        var component: PlanComponent?
        var currency: Currency
    }

    /// Leaves out what went astray as a whole.
    private mutating func screened(_ transfers: [Transfer]) -> [Transfer] {
        var stray: [Astray: [Transfer]] = [:]
        var kept: [Transfer] = []
        for transfer in transfers {
            let kind = strayKind(of: transfer)
            guard let kind else {
                kept.append(transfer)
                continue
            }
            let place = Astray(
                kind: kind, partner: transfer.partner, contract: transfer.contract,
                component: kind == .creditWithoutContract ? nil : transfer.component,
                currency: transfer.amount.currency)
            stray[place, default: []].append(transfer)
        }
        for (place, transfers) in stray {
            // A transfer that was taken back again is no loss.
            let amount = transfers.reduce(0) { $0 + $1.amount.minorUnits }
            guard amount != 0 else { continue }
            astray.append(finding(place, amount: amount, transfers))
            for transfer in transfers { divert(transfer, kind: place.kind) }
        }
        return kept
    }

    private func strayKind(of transfer: Transfer) -> LeakageKind? {
        if let contract = transfer.contract {
            if input.isGone(contract) { return .creditWithoutContract }
            let holders = input.partners(of: contract)
            if !holders.isEmpty, !holders.contains(transfer.partner) { return .wrongPartner }
        }
        let matched = input.matches(transfer, for: transfer.partner)
        let isForeign =
            !matched.isEmpty
            && matched.allSatisfy { input.lines[$0].currency != transfer.amount.currency }
        return isForeign ? .wrongCurrency : nil
    }

    private mutating func divert(_ transfer: Transfer, kind: LeakageKind) {
        let owners = kind == .wrongPartner ? input.partners(of: transfer.contract ?? "") : [transfer.partner]
        for owner in owners where kind != .creditWithoutContract {
            var left = transfer.amount.minorUnits
            for line in input.matches(transfer, for: owner) {
                let isForeign = input.lines[line].currency != transfer.amount.currency
                guard !isForeign, !paidInOtherCurrency.contains(line) else {
                    paidInOtherCurrency.insert(line)
                    continue
                }
                let part = min(left, max(0, input.lines[line].amount))
                diverted[line, default: 0] += part
                left -= part
            }
        }
    }

    private func finding(_ place: Astray, amount: Int64, _ transfers: [Transfer]) -> LeakageFinding {
        let money = Money(minorUnits: amount, currency: place.currency)
        let what = "\(money.spelled) \(side == .ledger ? "was posted" : "was paid") to '\(place.partner)'"
        let sentence: String
        switch place.kind {
        case .creditWithoutContract:
            let contract = place.contract ?? ""
            let isDeleted = input.contracts[contract] != nil
            sentence =
                "\(what) for contract '\(contract)', which "
                + (isDeleted ? "its source no longer has" : "the book does not have")
                + "; find out what it was for, or take it back."
        case .wrongPartner:
            let contract = place.contract ?? ""
            let holders = input.partners(of: contract).sorted().map { "'\($0)'" }.joined(separator: ", ")
            sentence =
                "\(what) for contract '\(contract)', which belongs to \(holders); take it back and pay the holder."
        default:
            let owed = transfers.flatMap { input.matches($0, for: $0.partner) }.map { input.lines[$0] }
            let sum = Set(owed).reduce(0) { $0 + $1.amount }
            let due = owed.first.map { spelled(sum, $0.currency) } ?? ""
            sentence = "\(what) where the plan owes \(due); take it back and pay in the plan's currency."
        }
        let facts =
            transfers.map(\.sequence) + [place.contract.flatMap { input.contracts[$0]?.sequence } ?? 0]
        return LeakageFinding(
            kind: place.kind, side: side, partner: place.partner, contract: place.contract,
            component: place.component, amount: money,
            evidence: .init(
                payments: side == .ledger ? [] : transfers.map(\.id), entries: transfers.compactMap(\.entry),
                facts: facts),
            sentence: sentence)
    }

    // MARK: Groups

    private struct Nowhere: Hashable {
        var place: Place
        var rule: PlanRule?
        var occasion: String?
        var currency: Currency
    }

    private mutating func group(_ transfers: [Transfer]) {
        var root = Array(input.lines.indices)
        func find(_ line: Int) -> Int {
            var line = line
            while root[line] != line { line = root[line] }
            return line
        }
        var owned: [(Transfer, [Int])] = []
        var nowhere: [Nowhere: [Transfer]] = [:]
        for transfer in transfers {
            let matched = input.matches(transfer, for: transfer.partner)
                .filter { input.lines[$0].currency == transfer.amount.currency }
            let place = Place(
                partner: transfer.partner, contract: transfer.contract, component: transfer.component)
            guard let first = matched.first else {
                let key = Nowhere(
                    place: place, rule: transfer.rule, occasion: transfer.occasion,
                    currency: transfer.amount.currency)
                nowhere[key, default: []].append(transfer)
                continue
            }
            for line in matched { root[find(line)] = find(first) }
            owned.append((transfer, matched))
        }
        var members: [Int: SettlementGroup] = [:]
        for (transfer, matched) in owned {
            let first = input.lines[matched[0]]
            members[
                find(matched[0]),
                default: SettlementGroup(
                    partner: first.partner, component: first.component, currency: first.currency)
            ].add(transfer, target: matched)
        }
        for line in input.lines.indices {
            let place = Place(
                partner: input.lines[line].partner, contract: input.lines[line].contract,
                component: input.lines[line].component)
            if members[find(line)]?.lines.append(line) == nil {
                untouched[place, default: []].append(line)
            } else {
                paidPlaces.insert(place)
            }
        }
        groups = members.sorted { $0.key < $1.key }.map { member in
            var group = member.value
            let contracts = Set(group.lines.map { input.lines[$0].contract })
            group.contract = contracts.count == 1 ? contracts.first ?? nil : nil
            return group
        }
        groups += nowhere.values.map { transfers in
            var group = SettlementGroup(
                partner: transfers[0].partner, contract: transfers[0].contract,
                component: transfers[0].component, currency: transfers[0].amount.currency)
            for transfer in transfers { group.add(transfer, target: []) }
            return group
        }
    }
}

extension SettlementGroup {
    fileprivate mutating func add(_ transfer: Transfer, target: [Int]) {
        transfers.append(transfer)
        targets.append(target)
    }
}
