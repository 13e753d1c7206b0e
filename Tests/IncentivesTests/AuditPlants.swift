import Incentives
import Model

/// What a planted defect must be told as.
struct Planted: Hashable {
    var kind: LeakageKind
    var partner: Partner.ID
    var contract: Contract.ID?
    var amount: Money

    init(
        _ kind: LeakageKind, _ partner: Partner.ID, _ contract: Contract.ID?, _ amount: Int64,
        _ code: Currency
    ) {
        self.kind = kind
        self.partner = partner
        self.contract = contract
        self.amount = Money(minorUnits: amount, currency: code)
    }

    init(_ finding: LeakageFinding) {
        kind = finding.kind
        partner = finding.partner
        contract = finding.contract
        amount = finding.amount
    }
}

extension AuditWorld {
    /// Plants one defect on a contract that has none yet; `nil` when no contract fits any variant of it.
    mutating func plant(_ kind: LeakageKind, avoiding used: inout Set<Contract.ID>) -> Planted? {
        for _ in 0..<8 {
            if let planted = tryToPlant(kind, &used) { return planted }
        }
        return nil
    }

    private mutating func tryToPlant(_ kind: LeakageKind, _ used: inout Set<Contract.ID>) -> Planted? {
        let isVariant = draws.below(2) == 0
        switch kind {
        case .creditWithoutContract: return isVariant ? plantGhost() : plantDeleted(&used)
        case .wrongPartner: return plantWrongPartner(&used)
        case .wrongCurrency: return plantWrongCurrency(&used)
        case .paidAfterChurn: return isVariant ? plantBonusAfterChurn(&used) : plantClawback(&used)
        case .doubleCredit: return plantDouble(&used)
        case .backdatedTerms: return isVariant ? plantOtherTerms(&used) : plantRestated(&used)
        case .roundingDrift: return plantDrift(&used)
        case .gateUnmet: return plantGate(&used)
        case .capExceeded: return plantCap(&used)
        case .termMismatch: return plantTerm(&used)
        case .rateMismatch: return plantRate(&used)
        case .orphanedPromise: return isVariant ? plantOrphan(&used) : plantLeaver(&used)
        }
    }

    // MARK: Choosing

    private mutating func pick(
        _ used: inout Set<Contract.ID>, where fits: (AuditWorld, ContractFact) -> Bool
    ) -> ContractFact? {
        let free = contracts.filter { !used.contains($0.contract) && fits(self, $0) }
        guard let contract = free.randomElement(using: &draws) else { return nil }
        used.insert(contract.contract)
        return contract
    }

    /// Indices of a contract's payments, of one component if given.
    private func payments(of contract: Contract.ID, _ component: PlanComponent? = nil) -> [Int] {
        payments.indices.filter { index in
            payments[index].contract == contract
                && (component.map { $0 == payments[index].component } ?? true)
        }
    }

    /// A new contract whose commission, paid as a whole or by line, is all due and paid.
    private func hasPaidCommission(_ contract: ContractFact) -> Bool {
        let own = lines(of: contract.contract, .commission)
        let paid = payments(of: contract.contract, .commission)
        return !own.isEmpty && !paid.isEmpty
            && own.allSatisfy { lines[$0].state == .payable || lines[$0].state == .external }
            && own.reduce(0) { $0 + lines[$1].amount }
                == paid.reduce(0) { $0 + payments[$1].amount.minorUnits }
    }

    // MARK: Planting

    private mutating func plantGhost() -> Planted? {
        let line = lines[draws.below(lines.count)]
        var ghost = line
        ghost.contract = .init("ghost\(payments.count)")
        pay(ghost, 12_345, on: line.earnedOn, isWhole: true)
        return Planted(.creditWithoutContract, line.partner, ghost.contract, 12_345, line.currency)
    }

    private mutating func plantDeleted(_ used: inout Set<Contract.ID>) -> Planted? {
        guard let contract = pick(&used, where: { !$0.payments(of: $1.contract).isEmpty }) else { return nil }
        deletedContracts[contract.contract] = asOf - 20
        let paid = payments(of: contract.contract).reduce(0) { $0 + payments[$1].amount.minorUnits }
        return Planted(
            .creditWithoutContract, contract.partner, contract.contract, paid, contract.annualAmount.currency)
    }

    private mutating func plantWrongPartner(_ used: inout Set<Contract.ID>) -> Planted? {
        guard let contract = pick(&used, where: { $0.hasPaidCommission($1) }) else { return nil }
        let others = partners.map(\.partner).filter {
            $0 != contract.partner && !deletedPartners.contains($0)
        }
        let other = others[draws.below(others.count)]
        let moved = payments(of: contract.contract, .commission)
        for index in moved { payments[index].partner = other }
        return Planted(
            .wrongPartner, other, contract.contract, moved.reduce(0) { $0 + payments[$1].amount.minorUnits },
            contract.annualAmount.currency)
    }

    private mutating func plantWrongCurrency(_ used: inout Set<Contract.ID>) -> Planted? {
        guard let contract = pick(&used, where: { $0.hasPaidCommission($1) }),
            let pounds = Currency("GBP")
        else { return nil }
        let wrong = payments(of: contract.contract, .commission)
        for index in wrong { payments[index].amount.currency = pounds }
        return Planted(
            .wrongCurrency, contract.partner, contract.contract,
            wrong.reduce(0) { $0 + payments[$1].amount.minorUnits }, pounds)
    }

    private mutating func plantBonusAfterChurn(_ used: inout Set<Contract.ID>) -> Planted? {
        let asOf = asOf
        let contract = pick(
            &used,
            where: { world, contract in
                world.styles[contract.contract] != .whole
                    && contract.cancelledOn.map { $0 + 45 < asOf } ?? false
                    && !world.lines(of: contract.contract, .recurringBonus).isEmpty
            })
        guard let contract, let left = contract.cancelledOn else { return nil }
        var line = lines[lines(of: contract.contract, .recurringBonus)[0]]
        line.occasion = "month \(contract.startsOn.fullMonths(until: left) + 1)"
        pay(line, line.amount, on: left + 40)
        payments[payments.count - 1].entry = nil
        return Planted(.paidAfterChurn, contract.partner, contract.contract, line.amount, line.currency)
    }

    private mutating func plantClawback(_ used: inout Set<Contract.ID>) -> Planted? {
        let asOf = asOf
        let contract = pick(
            &used,
            where: { world, contract in
                world.hasPaidCommission(contract) && contract.cancelledOn.map { $0 + 45 <= asOf } ?? false
            })
        guard let contract, let left = contract.cancelledOn else { return nil }
        var line = lines[lines(of: contract.contract, .commission)[0]]
        line.rule = .clawback
        (line.earnedOn, line.payableOn, line.amount) = (left, left, -line.amount / 2)
        lines.append(line)
        return Planted(.paidAfterChurn, contract.partner, contract.contract, -line.amount, line.currency)
    }

    private mutating func plantDouble(_ used: inout Set<Contract.ID>) -> Planted? {
        guard let contract = pick(&used, where: { $0.hasPaidCommission($1) }) else { return nil }
        var again = payments[payments(of: contract.contract, .commission)[0]]
        again.payment = "pay\(payments.count)"
        again.paidOn = min(asOf, again.paidOn + 30)
        payments.append(again)
        return Planted(
            .doubleCredit, contract.partner, contract.contract, again.amount.minorUnits, again.amount.currency
        )
    }

    /// Signed under version 2, paid at version 1's rate: told by the payment, or by the entry it settles.
    private mutating func plantOtherTerms(_ used: inout Set<Contract.ID>) -> Planted? {
        let versions = versions
        let contract = pick(
            &used,
            where: { world, contract in
                world.hasPaidCommission(contract) && contract.signedOn >= versions
                    && world.lines(of: contract.contract, .commission).count == 1
            })
        guard let contract else { return nil }
        let paid = payments(of: contract.contract, .commission)[0]
        var line = lines[lines(of: contract.contract, .commission)[0]]
        let amount = Rate(partsPerMillion: 100_000).of(line.base)
        payments[paid].amount.minorUnits = amount
        if line.state == .payable, draws.below(2) == 0 {
            let owed = line.amount
            posted.removeAll { $0.payout.key == line.key }
            line.version = 1
            post(line, amount: amount)
            posted[posted.count - 1].id = "of-\(contract.contract)"
            payments[paid].entry = posted[posted.count - 1].id
            line.amount = owed
        } else {
            posted.removeAll { $0.payout.key == line.key }
            payments[paid].entry = nil
            payments[paid].rate = Rate(partsPerMillion: 100_000)
        }
        return Planted(
            .backdatedTerms, contract.partner, contract.contract, amount - line.amount, line.currency)
    }

    /// Posted under version 2; then the signing day was moved back into version 1, whose higher rate was paid.
    private mutating func plantRestated(_ used: inout Set<Contract.ID>) -> Planted? {
        let versions = versions
        let contract = pick(
            &used,
            where: { world, contract in
                world.hasPaidCommission(contract) && contract.signedOn < versions
                    && world.lines(of: contract.contract, .commission).allSatisfy {
                        world.lines[$0].state == .payable
                    }
                    && world.lines(of: contract.contract, .commission).count == 1
            })
        guard let contract else { return nil }
        let line = lines[lines(of: contract.contract, .commission)[0]]
        posted.removeAll { $0.payout.key == line.key }
        for index in payments(of: contract.contract) { payments[index].entry = nil }
        var former = line
        former.version = 2
        former.earnedOn = contract.signedOn + 190
        post(former, amount: Rate(partsPerMillion: 80_000).of(line.base))
        posted[posted.count - 1].id = "of-\(contract.contract)"
        sequences[contract.contract] = 4000
        return Planted(
            .backdatedTerms, contract.partner, contract.contract,
            line.amount - Rate(partsPerMillion: 80_000).of(line.base), line.currency)
    }

    private mutating func plantDrift(_ used: inout Set<Contract.ID>) -> Planted? {
        let chosen = used
        let free = partners.map(\.partner).filter { partner in
            contracts.filter { $0.partner == partner }.allSatisfy { !chosen.contains($0.contract) }
                && !deletedPartners.contains(partner)
        }
        guard let partner = free.randomElement(using: &draws) else { return nil }
        var (sum, unit): (Int64, Int64) = (0, draws.below(2) == 0 ? 1 : -1)
        for contract in contracts where contract.partner == partner {
            used.insert(contract.contract)
            guard hasPaidCommission(contract), let index = payments(of: contract.contract, .commission).first
            else { continue }
            // Most one way: a sum that is 0 is no drift.
            unit = sum.magnitude > 1 && draws.below(4) == 0 ? -unit : unit
            payments[index].amount.minorUnits += unit
            sum += unit
        }
        guard sum != 0, let line = lines.first(where: { $0.partner == partner }) else { return nil }
        return Planted(.roundingDrift, partner, nil, sum, line.currency)
    }

    private mutating func plantGate(_ used: inout Set<Contract.ID>) -> Planted? {
        let asOf = asOf
        let contract = pick(
            &used,
            where: { world, contract in
                // Nothing else is open that a payment of the whole component could be for.
                contract.signedOn.advanced(months: 6) + 45 <= asOf
                    && world.lines(of: contract.contract).contains {
                        [.held, .lapsed].contains(world.lines[$0].state) && world.lines[$0].amount > 0
                    }
            })
        guard let contract,
            let held = lines(of: contract.contract).map({ lines[$0] }).first(where: {
                [.held, .lapsed].contains($0.state)
            })
        else { return nil }
        pay(held, held.amount, on: held.earnedOn + 10, isWhole: styles[contract.contract] == .whole)
        return Planted(.gateUnmet, contract.partner, contract.contract, held.amount, held.currency)
    }

    private mutating func plantCap(_ used: inout Set<Contract.ID>) -> Planted? {
        let asOf = asOf
        let contract = pick(
            &used,
            where: { world, contract in
                world.lines(of: contract.contract).contains {
                    world.lines[$0].rule == .cap && world.lines[$0].earnedOn + 45 <= asOf
                        && [.payable, .external].contains(world.lines[$0].state)
                }
            })
        guard let contract,
            let cut = lines(of: contract.contract).map({ lines[$0] }).first(where: { $0.rule == .cap })
        else { return nil }
        if styles[contract.contract] == .whole {
            payments[payments(of: contract.contract, .renewalBonus)[0]].amount.minorUnits -= cut.amount
        } else {
            payments.removeAll { $0.contract == contract.contract && $0.rule == .cap }
        }
        return Planted(.capExceeded, contract.partner, contract.contract, -cut.amount, cut.currency)
    }

    /// A contract of one year paid as one of three; or of three as one of two.
    private mutating func plantTerm(_ used: inout Set<Contract.ID>) -> Planted? {
        let contract = pick(
            &used,
            where: { world, contract in
                world.hasPaidCommission(contract)
                    && (world.styles[contract.contract] == .whole
                        || world.lines(of: contract.contract, .commission).count == 1)
            })
        guard let contract else { return nil }
        let own = lines(of: contract.contract, .commission).map { lines[$0] }
        let index = payments(of: contract.contract, .commission)[0]
        var amount = Rate(partsPerMillion: 20_000).of(own[0].base)
        if own.count > 1 {
            amount = Rate(partsPerMillion: 10_000).of(own[0].base) - own[1].amount
            payments[index].amount.minorUnits += amount
        } else if styles[contract.contract] == .whole {
            payments[index].amount.minorUnits += amount
        } else {
            var line = own[0]
            line.rule = .escalator
            pay(line, amount, on: line.earnedOn + 10)
            payments[payments.count - 1].entry = nil
        }
        return Planted(.termMismatch, contract.partner, contract.contract, amount, own[0].currency)
    }

    private mutating func plantRate(_ used: inout Set<Contract.ID>) -> Planted? {
        guard let contract = pick(&used, where: { $0.hasPaidCommission($1) }) else { return nil }
        let index = payments(of: contract.contract, .commission)[0]
        let own = lines(of: contract.contract, .commission).map { lines[$0] }
        let before = payments[index].amount.minorUnits
        var after = before + 1377 - Int64(draws.below(2)) * 2754
        if draws.below(2) == 0, payments(of: contract.contract, .commission).count == 1 {
            after = Rate(partsPerMillion: 130_000).of(own[0].base)
            payments[index].rate = Rate(partsPerMillion: 130_000)
        }
        payments[index].amount.minorUnits = after
        return Planted(.rateMismatch, contract.partner, contract.contract, after - before, own[0].currency)
    }

    private mutating func plantOrphan(_ used: inout Set<Contract.ID>) -> Planted? {
        let asOf = asOf
        let contract = pick(
            &used,
            where: { world, contract in
                world.hasPaidCommission(contract) && contract.signedOn + 45 <= asOf
            })
        guard let contract else { return nil }
        let paid = payments(of: contract.contract, .commission).reduce(0) {
            $0 + payments[$1].amount.minorUnits
        }
        payments.removeAll { $0.contract == contract.contract && $0.component == .commission }
        return Planted(
            .orphanedPromise, contract.partner, contract.contract, -paid, contract.annualAmount.currency)
    }

    /// A partner that left the roster with a promise that is held.
    private mutating func plantLeaver(_ used: inout Set<Contract.ID>) -> Planted? {
        let number = partners.count
        let id = "leaver\(number)"
        partners.append(PartnerFact(partner: .init(id), attributes: [:]))
        deletedPartners.insert(.init(id))
        var contract = contracts[draws.below(contracts.count)]
        contract.contract = .init("of-\(id)")
        contract.partner = .init(id)
        contract.renews = nil
        contracts.append(contract)
        used.insert(contract.contract)
        guard var line = lines.first else { return nil }
        (line.partner, line.contract, line.component, line.rule) = (
            .init(id), contract.contract, .commission, .commission
        )
        (line.state, line.payableOn, line.amount, line.occasion) = (.held, nil, 45_678, "")
        lines.append(line)
        return Planted(.orphanedPromise, .init(id), contract.contract, -45_678, line.currency)
    }
}
