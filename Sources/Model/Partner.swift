/// The unit of randomisation: a channel partner as the roster has it.
package struct Partner: Sendable, Hashable, Codable {
    package typealias ID = Identifier<Partner>

    package var id: ID
    package var name: String
    package var attributes: [String: String]

    package init(id: ID, name: String, attributes: [String: String]) {
        self.id = id
        self.name = name
        self.attributes = attributes
    }
}

/// The partner's end customer; holds contracts.
package enum Customer {
    package typealias ID = Identifier<Customer>
}

/// A recurring-revenue agreement; its data stand in ``ContractFact``.
package enum Contract {
    package typealias ID = Identifier<Contract>
}
