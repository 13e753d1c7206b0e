package import Foundation
package import Model

/// What the detectors say about each treatment arm.
package struct GamingScan: Sendable, Hashable, Codable {
    package var asOf: Day
    package var options: GamingOptions
    /// By treatment arm, then by detector.
    package var findings: [GamingFinding]

    package init(asOf: Day, options: GamingOptions, findings: [GamingFinding]) {
        self.asOf = asOf
        self.options = options
        self.findings = findings
    }

    package var isFlagged: Bool { findings.contains(where: \.isFlagged) }

    /// Canonical JSON.
    package func json() throws -> Data { try CanonicalJSON.encode(self) }
}

/// One detector for one treatment arm.
package struct GamingFinding: Sendable, Hashable, Codable {
    /// Why there is no p-value, in words; the test stays in the family all the same.
    package typealias Reason = String

    /// What an arm's partners did since they were assigned, and before.
    package struct Arm: Sendable, Hashable, Codable {
        /// Partners with contracts to count since assignment.
        package var partners: Int
        package var contracts: Int
        /// Cases among them; a fraction where the calendar's share is taken off.
        package var cases: Double
        /// Cases a contract; `nil` without contracts.
        package var share: Double?
        package var historyContracts: Int
        package var historyShare: Double?
    }

    /// A partner of the treatment arm with more cases than its history and the control arm explain.
    package struct Contributor: Sendable, Hashable, Codable {
        package var partner: Partner.ID
        package var contracts: Int
        package var cases: Double
        /// Cases beyond its history and the control arm's change.
        package var excess: Double
    }

    package var detector: GamingDetector
    package var variant: Variant.ID
    package var control: Arm
    package var treatment: Arm
    /// Change of the share since before assignment, treatment − control; `nil` when an arm has no contracts.
    package var effect: Double?
    /// One-sided: as large an effect or larger by the luck of the draw.
    package var pValue: Double?
    /// Holm's, over all detectors and arms of the scan.
    package var adjustedPValue: Double?
    package var isFlagged: Bool
    package var cannotTell: Reason?
    /// Largest excess first.
    package var contributors: [Contributor]
    /// Pull-forward only: the share of renewals signed since assignment that fall into the later half of the time,
    /// in the control and in the treatment arm; a lower one is the dip that borrowed renewals leave.
    package var laterShare: [Double?]?
}
