/// Partner → variant, as drawn: stored once, never re-derived, never changed.
package struct Assignment: Sendable, Hashable, Codable {
    package var pilot: Pilot.ID
    package var partner: Partner.ID
    package var variant: Variant.ID
    package var stratum: String
    /// Block within the stratum and position within the block, both from 0.
    package var block: Int
    package var position: Int
    package var assignedOn: Day

    package init(
        pilot: Pilot.ID, partner: Partner.ID, variant: Variant.ID, stratum: String, block: Int,
        position: Int, assignedOn: Day
    ) {
        self.pilot = pilot
        self.partner = partner
        self.variant = variant
        self.stratum = stratum
        self.block = block
        self.position = position
        self.assignedOn = assignedOn
    }
}

/// A partner as a design sees it: its id and the roster fields, sizes included, at assignment.
package struct RosterEntry: Sendable, Hashable, Codable {
    package var partner: Partner.ID
    package var attributes: [String: String]
    /// Contracts in force on the day of assignment.
    package var activeContracts: Int

    package init(partner: Partner.ID, attributes: [String: String], activeContracts: Int) {
        self.partner = partner
        self.attributes = attributes
        self.activeContracts = activeContracts
    }
}

/// Terms granted to a partner for a period; a pause never retracts one.
package struct Promise: Sendable, Hashable, Codable {
    package var pilot: Pilot.ID
    package var partner: Partner.ID
    package var variant: Variant.ID
    package var from: Day
    /// The last day covered.
    package var until: Day

    package init(pilot: Pilot.ID, partner: Partner.ID, variant: Variant.ID, from: Day, until: Day) {
        self.pilot = pilot
        self.partner = partner
        self.variant = variant
        self.from = from
        self.until = until
    }
}
