package import Model

/// All that is needed to draw a pilot's lots again, and the assignments they are claimed to give.
///
/// Anyone can check it without Fairway: the lots need nothing but SHA-256.
package struct AssignmentProof: Sendable, Hashable, Codable {
    /// The eligible partners of one day on which lots were drawn.
    package struct Batch: Sendable, Hashable, Codable {
        package var assignedOn: Day
        /// Partners that are held out, or have been assigned before, may be among them.
        package var entries: [RosterEntry]

        package init(assignedOn: Day, entries: [RosterEntry]) {
            self.assignedOn = assignedOn
            self.entries = entries
        }
    }

    package var pilot: Pilot.ID
    package var planHash: ContentHash
    package var seed: Seed
    package var design: Design
    /// In the plan's order, which is the order of a block before it is shuffled.
    package var variants: [VariantWeight]
    /// The terciles of the first batch; empty when the design does not use size.
    package var sizeCuts: [Int]
    package var layer: Layer.ID
    package var holdoutShare: Rate
    package var holdoutSeed: Seed
    /// The hash of the first batch's entries, published when the pilot started.
    package var rosterHash: ContentHash
    /// In the order drawn; the first is the pilot's start.
    package var batches: [Batch]
    package var assignments: [Assignment]

    package init(
        pilot: Pilot.ID, planHash: ContentHash, seed: Seed, design: Design, variants: [VariantWeight],
        sizeCuts: [Int], layer: Layer.ID, holdoutShare: Rate, holdoutSeed: Seed, rosterHash: ContentHash,
        batches: [Batch], assignments: [Assignment]
    ) {
        self.pilot = pilot
        self.planHash = planHash
        self.seed = seed
        self.design = design
        self.variants = variants
        self.sizeCuts = sizeCuts
        self.layer = layer
        self.holdoutShare = holdoutShare
        self.holdoutSeed = holdoutSeed
        self.rosterHash = rosterHash
        self.batches = batches
        self.assignments = assignments
    }
}
