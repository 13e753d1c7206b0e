package import Model

/// A variant's name and its relative share of partners: what the lots need to know of a variant.
package struct VariantWeight: Sendable, Hashable, Codable {
    package var id: Variant.ID
    /// A positive whole number.
    package var weight: Int

    package init(id: Variant.ID, weight: Int) {
        self.id = id
        self.weight = weight
    }

    package init(_ variant: Variant) { self.init(id: variant.id, weight: variant.weight) }
}

/// The variants of one block of a stratum, in the order in which partners take them.
///
/// The block's template (each variant weight · blockSize ∕ Σ weights times, in the plan's order) is shuffled
/// with the stream "block/<stratum>/<block>".
///
/// - Precondition: the plan's block size is a positive multiple of the sum of its weights.
package func blockVariants(plan: Plan, seed: Seed, stratum: String, block: Int) -> [Variant.ID] {
    BlockDesign(plan: plan, seed: seed).variants(stratum: stratum, block: block)
}

/// Permuted blocks: everything that decides the sequence of variants within each stratum.
struct BlockDesign {
    /// No plan has a block of more partners than this; it keeps a forged design from exhausting memory.
    static let largestBlock = 1_000_000

    var variants: [VariantWeight]
    var blockSize: Int
    var seed: Seed

    init(variants: [VariantWeight], blockSize: Int, seed: Seed) {
        self.variants = variants
        self.blockSize = blockSize
        self.seed = seed
    }

    init(plan: Plan, seed: Seed) {
        self.init(
            variants: plan.variants.map(VariantWeight.init), blockSize: plan.design.blockSize, seed: seed)
    }

    /// Why no block can be filled to these weights; `nil` when it can.
    var fault: String? {
        guard variants.count >= 2 else {
            return "the design has \(variants.count) variants; expected at least two"
        }
        let limit = BlockDesign.largestBlock
        if let odd = variants.first(where: { !(1...limit).contains($0.weight) }) {
            return "variant '\(odd.id)' has weight \(odd.weight); expected a whole number from 1 to \(limit)"
        }
        let total = variants.reduce(0) { $0 + $1.weight }
        guard (1...limit).contains(blockSize), blockSize % total == 0 else {
            return "block size \(blockSize) is not a multiple of the weights' sum \(total), up to \(limit)"
        }
        return nil
    }

    func variants(stratum: String, block: Int) -> [Variant.ID] {
        precondition(fault == nil, fault ?? "")
        let total = variants.reduce(0) { $0 + $1.weight }
        var sequence = variants.flatMap { variant in
            repeatElement(variant.id, count: variant.weight * blockSize / total)
        }
        var stream = DrawStream(seed: seed, name: "block/\(stratum)/\(block)")
        stream.shuffle(&sequence)
        return sequence
    }
}
