import Model
import Statistics

/// What leaving out one partner at a time does to the main effect of a group.
struct PartnerInfluence: Encodable {
    struct Without: Encodable {
        var partner: Partner.ID
        var variant: Variant.ID
        /// The partner's share of its own group.
        var share: Quantity
        var effectWithout: Quantity
    }

    var variant: Variant.ID
    var mostInfluential: [Without]
    var lowestEffect: Quantity
    var highestEffect: Quantity
    var isFragile: Bool
    var reasons: [String]

    init(_ influence: Influence) {
        variant = influence.variant
        mostInfluential = influence.mostInfluential.map {
            Without(
                partner: $0.partner, variant: $0.variant, share: .percent($0.share, orElse: "not known"),
                effectWithout: .effect($0.difference, orElse: "not known"))
        }
        lowestEffect = .effect(influence.lowestDifference, orElse: "not known")
        highestEffect = .effect(influence.highestDifference, orElse: "not known")
        isFragile = influence.isFragile
        reasons = influence.fragility
    }
}

extension PartnerInfluence {
    var blocks: [Document.Block] {
        let range = "from \(lowestEffect.text) to \(highestEffect.text)"
        let opening =
            isFragile
            ? "The result of '\(variant)' is fragile: leaving out one partner at a time, its effect goes \(range)."
            : "The result of '\(variant)' does not rest on one partner: leaving out one at a time, its effect goes \(range)."
        var blocks: [Document.Block] = [.paragraph(opening)]
        if !reasons.isEmpty { blocks.append(.list(title: "Why it is fragile", items: reasons)) }
        if !mostInfluential.isEmpty {
            blocks.append(
                .table(
                    Document.Table(
                        caption: "Partners that move the effect of '\(variant)' most",
                        columns: [
                            .text("Partner"), .text("Group"), .number("Share of its group"),
                            .number("Effect without it"),
                        ],
                        rows: mostInfluential.map {
                            [$0.partner.rawValue, $0.variant.rawValue, $0.share.text, $0.effectWithout.text]
                        })))
        }
        return blocks
    }
}
