/// One arm of a pilot.
package struct Variant: Sendable, Hashable, Codable {
    package typealias ID = Identifier<Variant>

    /// The id every pilot's control carries.
    package static let control: ID = "control"

    package var id: ID
    /// Relative share of partners, a positive whole number.
    package var weight: Int
    /// `nil` where the terms are set outside Fairway (an imported trial).
    package var incentivePlan: IncentivePlan?

    package init(id: ID, weight: Int, incentivePlan: IncentivePlan?) {
        self.id = id
        self.weight = weight
        self.incentivePlan = incentivePlan
    }

    package var isControl: Bool { id == Variant.control }
}
