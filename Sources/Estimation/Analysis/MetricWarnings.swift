import Statistics

extension MetricAnalysis {
    /// What should make the reader careful about the metric.
    var warnings: [String] {
        let name = columns.joined(separator: ", ")
        var sentences: [String] = []
        for arm in arms {
            let share = arm.largestShare.flatMap { $0.isFinite ? $0 : nil } ?? 0
            let percent = Int((100 * share).rounded())
            if arm.partners.raw >= 2, share > 0.5, let partner = arm.largestPartner {
                sentences.append(
                    "\(name): partner '\(partner)' is \(percent) % of '\(arm.variant)': the result is driven "
                        + "by a single partner; read the leave-one-out range and the partner average beside "
                        + "it")
            } else if arm.partners.raw >= 2, share > 0.25, let partner = arm.largestPartner {
                sentences.append("\(name): partner '\(partner)' is \(percent) % of '\(arm.variant)'")
            }
            if arm.partners.isUneven {
                sentences.append(
                    "\(name): the \(arm.partners.raw) partners of '\(arm.variant)' weigh as few as "
                        + "\(shortForm(arm.partners.effective, digits: 3)) of equal size")
            }
            if !arm.partnersWithoutData.isEmpty {
                sentences.append(
                    "\(name): \(counted(arm.partnersWithoutData.count, "partner")) of '\(arm.variant)' "
                        + "\(arm.partnersWithoutData.count == 1 ? "has" : "have") nothing to measure: "
                        + quoted(arm.partnersWithoutData))
            }
        }
        return sentences + cautions
    }
}

/// Says how many rows of each variant were left out, and whether that differs by more than chance.
///
/// Rows of a partner go missing together, so the comparison is one of partners.
///
/// - Parameters:
///   - missing: Rows left out, by partner.
///   - rows: All rows, by partner.
func missingRowsCautions(
    _ missing: [Int], of rows: [Int], roster: PartnerRoster, column: String
) -> [String] {
    guard missing.contains(where: { $0 > 0 }) else { return [] }
    let arms = roster.members.map { members in
        (assigned: members.map { rows[$0] }, observed: members.map { rows[$0] - missing[$0] })
    }
    let counts = zip(roster.variants, arms).map { variant, arm in
        let (all, left) = (arm.assigned.reduce(0, +), arm.observed.reduce(0, +))
        let percent = all > 0 ? 100 * Double(all - left) / Double(all) : 0
        return "\(all - left) of \(all) of '\(variant)' (\(shortForm(percent, digits: 3)) %)"
    }
    var sentences = ["\(column): rows left out for a missing cell: \(counts.joined(separator: ", "))"]
    let losses = (try? joinLoss(assigned: arms.map(\.assigned), observed: arms.map(\.observed))) ?? []
    for (variant, loss) in zip(roster.variants.dropFirst(), losses) {
        let outcomes = "\(column): outcomes of '\(variant)' and '\(roster.variants[0])' are missing in "
        if let pValue = loss.adjustedPValue, pValue < 0.05 {
            sentences.append(
                outcomes
                    + "different shares (\(pValueWords(pValue))): what is left may no longer be comparable")
        } else if abs(loss.control - loss.treatment) > 0.1 {
            sentences.append(
                outcomes
                    + "different shares, by more than a tenth, though with too few partners to tell it from "
                    + "chance: find out why")
        }
    }
    return sentences
}
