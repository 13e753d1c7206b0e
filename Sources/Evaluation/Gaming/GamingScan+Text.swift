import Foundation
import Incentives
import Model

extension GamingScan {
    /// What a terminal shows: one line a detector and arm, then who is behind what was flagged.
    package var text: String {
        let alpha = GamingScan.percent(options.alphaOneSided)
        var lines = [
            "Gaming scan as of \(asOf): one-sided, family-wise error at most \(alpha) over \(findings.count) tests."
        ]
        lines += [""] + table.lines
        for finding in findings where finding.isFlagged {
            lines += ["", "\(finding.variant): \(finding.detector.title) is flagged."]
            lines.append(
                "  Counted: \(finding.detector.counted(options)). Look at these partners before paying on:")
            lines += finding.contributors.map { partner in
                let excess = String(format: "%.1f", partner.excess)
                let cases = String(format: "%g", (partner.cases * 10).rounded() / 10)
                return
                    "  - \(partner.partner): \(cases) of \(partner.contracts), \(excess) more than expected"
            }
        }
        let unknown = findings.filter { $0.cannotTell != nil }
        if !unknown.isEmpty {
            lines += ["", "Cannot tell:"]
            lines += unknown.map { "- \($0.variant), \($0.detector.title): \($0.cannotTell ?? "")." }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var table: AlignedTable {
        AlignedTable(
            header: [
                "arm", "detector", "control", "before", "treatment", "before", "effect", "p", "adjusted", "",
            ],
            rows: findings.map { finding in
                [
                    finding.variant.rawValue, finding.detector.title, share(finding.control.share),
                    share(finding.control.historyShare), share(finding.treatment.share),
                    share(finding.treatment.historyShare), finding.effect.map(GamingScan.points) ?? "-",
                    finding.pValue.map(GamingScan.probability) ?? "-",
                    finding.adjustedPValue.map(GamingScan.probability) ?? "-",
                    finding.cannotTell != nil ? "cannot tell" : finding.isFlagged ? "FLAGGED" : "clear",
                ]
            }, rightAligned: [2, 3, 4, 5, 6, 7, 8])
    }

    private func share(_ value: Double?) -> String { value.map(GamingScan.percent) ?? "-" }

    private static func percent(_ value: Double) -> String { String(format: "%.1f %%", value * 100) }
    private static func points(_ value: Double) -> String { String(format: "%+.1f points", value * 100) }
    private static func probability(_ value: Double) -> String { String(format: "%.4f", value) }
}
