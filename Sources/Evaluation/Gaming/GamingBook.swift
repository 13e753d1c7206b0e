import Model

/// The pilot's partners and what they signed.
struct GamingBook {
    let assignments: [Assignment]
    let asOf: Day
    /// Contracts signed by partners of the pilot, whoever has them since, by index into the assignments.
    let signed: [(partner: Int, contract: Book.ContractEntry)]
    /// The contract that each contract renews, where the book has it.
    let renewed: [Contract.ID: Book.ContractEntry]
    /// The same contracts by customer, in the order of signing.
    let contractsOfCustomer: [[(partner: Int, contract: Book.ContractEntry)]]

    init(_ book: Book, assignments: [Assignment], asOf: Day) {
        self.assignments = assignments
        self.asOf = asOf
        let places = Dictionary(
            assignments.enumerated().map { ($1.partner, $0) }, uniquingKeysWith: { first, _ in first })
        let members = book.partners.map { places[$0.id] }
        let signed = book.contracts.compactMap { contract -> (partner: Int, contract: Book.ContractEntry)? in
            guard contract.deletedOn == nil, contract.signedOn <= asOf,
                let partner = contract.partner(on: contract.signedOn).flatMap({ members[$0] })
            else { return nil }
            return (partner, contract)
        }
        self.signed = signed
        renewed = book.contracts.reduce(into: [:]) { renewed, contract in
            if let next = contract.successor { renewed[book.contracts[next].id] = contract }
        }
        contractsOfCustomer = Dictionary(grouping: signed) { $0.contract.customer }
            .sorted { $0.key < $1.key }
            .map { customer in
                customer.value.sorted {
                    ($0.contract.signedOn, $0.contract.id) < ($1.contract.signedOn, $1.contract.id)
                }
            }
    }
}
