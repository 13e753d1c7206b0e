package import Model

/// A contract that a partner might sign.
package struct HypotheticalContract: Sendable, Hashable, Codable {
    /// The contract that it renews; `nil` for one with a new customer.
    package var renews: Contract.ID?
    /// Recurring amount over one year; `nil` for that of the contract it renews.
    package var annualAmount: Money?
    /// Months of the term, at least 1.
    package var months: Int
    /// Off the list price.
    package var discount: Rate
    package var signedOn: Day
    /// Days of its term, as far as they are known: they follow from the rest and the contract it renews.
    package var startsOn: Day?
    package var endsOn: Day?

    package init(
        renews: Contract.ID?, annualAmount: Money?, months: Int, discount: Rate, signedOn: Day
    ) {
        self.renews = renews
        self.annualAmount = annualAmount
        self.months = months
        self.discount = discount
        self.signedOn = signedOn
    }
}

/// Why a question about contracts that do not exist yet has no answer.
package enum WhatIfError: Error, Hashable, CustomStringConvertible {
    case unknownPartner(Partner.ID)
    /// Another partner's contract is answered like one that does not exist.
    case unknownContract(Contract.ID, of: Partner.ID)
    case noAmount
    case noPlan(Partner.ID)

    package var description: String {
        switch self {
        case .unknownPartner(let partner):
            "partner '\(partner)' is not in the roster; partner ids are the CRM's own, upper and lower case included"
        case .unknownContract(let contract, let partner):
            "partner '\(partner)' has no contract '\(contract)'; contract ids are the CRM's own"
        case .noAmount: "a new contract needs an annual amount"
        case .noPlan(let partner):
            "no pilot gives partner '\(partner)' a plan today; name one with '--plan PLAN'"
        }
    }
}

extension Book {
    /// The contracts with amount and term. A new contract starts on the day signed, a renewal on the day after the old
    /// term, or when it is signed if that is later; a renewal without an amount has the old one.
    func completing(
        _ additions: [HypotheticalContract], of partner: Partner.ID
    ) throws(WhatIfError) -> [HypotheticalContract] {
        try additions.map { (addition) throws(WhatIfError) in
            let renewed = try renewed(by: addition, of: partner)
            var complete = addition
            complete.annualAmount = addition.annualAmount ?? renewed?.annualAmount
            let starts =
                renewed.map { max(addition.signedOn, min($0.cancelledOn ?? $0.endsOn + 1, $0.endsOn + 1)) }
                ?? addition.signedOn
            complete.startsOn = starts
            complete.endsOn = starts.advanced(months: addition.months) - 1
            return complete
        }
    }

    private func renewed(
        by addition: HypotheticalContract, of partner: Partner.ID
    ) throws(WhatIfError) -> ContractEntry? {
        guard let id = addition.renews else { return nil }
        let old = contracts.first { entry in
            entry.id == id && entry.deletedOn == nil && entry.partner.map { partners[$0].id } == partner
        }
        guard let old else { throw .unknownContract(id, of: partner) }
        return old
    }

    /// The book as if `partner` had signed the contracts too.
    package func adding(
        _ additions: [HypotheticalContract], of partner: Partner.ID
    ) throws(WhatIfError) -> Book {
        guard let owner = partners.firstIndex(where: { $0.id == partner }) else {
            throw .unknownPartner(partner)
        }
        guard !additions.isEmpty else { return self }
        var book = self
        let taken = Set(contracts.map(\.id.rawValue) + customers.map(\.rawValue))
        for (index, addition) in try completing(additions, of: partner).enumerated() {
            var name = "what-if \(index + 1)"
            while taken.contains(name) { name += "'" }
            let renewed = try renewed(by: addition, of: partner)
            guard let amount = addition.annualAmount, let from = addition.startsOn, let ends = addition.endsOn
            else { throw .noAmount }
            if renewed == nil { book.customers.append(Customer.ID(name)) }
            book.contracts.append(
                ContractEntry(
                    id: Contract.ID(name), partner: owner,
                    customer: renewed?.customer ?? book.customers.count - 1, successor: nil,
                    isRenewal: renewed != nil, signedOn: addition.signedOn, startsOn: from,
                    endsOn: ends, cancelledOn: nil,
                    annualAmount: amount, discount: addition.discount))
        }
        book.sortRecords()
        return book
    }

    /// Puts contracts and customers in the order of ids again, and the indices that point at them.
    private mutating func sortRecords() {
        let order = contracts.indices.sorted { contracts[$0].id < contracts[$1].id }
        let customerOrder = customers.indices.sorted { customers[$0] < customers[$1] }
        let places = inverse(of: order)
        let customerPlaces = inverse(of: customerOrder)
        contracts = order.map { index in
            var entry = contracts[index]
            entry.customer = customerPlaces[entry.customer]
            entry.successor = entry.successor.map { places[$0] }
            return entry
        }
        customers = customerOrder.map { customers[$0] }
    }
}

private func inverse(of order: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { places[index] = place }
    return places
}
