/// One experiment on incentive terms, with its frozen plan and where it stands.
package struct Pilot: Sendable, Hashable, Codable {
    package typealias ID = Identifier<Pilot>

    package enum State: String, Sendable, Hashable, Codable {
        /// Partners are assigned; looks are taken.
        case running
        /// A look has recommended to scale or to stop, or the last look was taken; people decide now.
        case concluded
    }

    package var plan: Plan
    package var planHash: ContentHash
    package var state: State
    package var startedAt: Instant
    /// 128 random bits in hexadecimal; with the roster and the design it determines every assignment.
    package var seed: Seed
    /// Roster fields and frozen cut points at the start: what the strata of late joiners are read from.
    package var rosterHash: ContentHash
    /// Cut points of the `size` stratum: partners with at most `sizeCuts[0]` active contracts are small,
    /// at most `sizeCuts[1]` medium, others large. Empty when the design does not use size.
    package var sizeCuts: [Int]
    /// Planned information fraction at each look date, frozen at the start.
    package var information: PlannedInformation
    /// Variants that grant no new promises.
    package var pausedVariants: [Variant.ID]

    package init(
        plan: Plan, planHash: ContentHash, state: State, startedAt: Instant, seed: Seed,
        rosterHash: ContentHash, sizeCuts: [Int], information: PlannedInformation,
        pausedVariants: [Variant.ID]
    ) {
        self.plan = plan
        self.planHash = planHash
        self.state = state
        self.startedAt = startedAt
        self.seed = seed
        self.rosterHash = rosterHash
        self.sizeCuts = sizeCuts
        self.information = information
        self.pausedVariants = pausedVariants
    }

    package var id: ID { plan.pilot }
}

/// Planned information fractions by look: by matured contracts where a metric has due dates, by calendar
/// where it has none. Both ascend to 1 at the last look.
package struct PlannedInformation: Sendable, Hashable, Codable {
    package var byMaturity: [Double]
    package var byCalendar: [Double]

    package init(byMaturity: [Double], byCalendar: [Double]) {
        self.byMaturity = byMaturity
        self.byCalendar = byCalendar
    }

    package func fractions(for metric: Metric) -> [Double] { metric.hasDueDate ? byMaturity : byCalendar }
}

/// 128 bits that decide the lots.
package struct Seed: Sendable, Hashable, Codable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// `nil` unless `hex` is 32 hexadecimal digits.
    package init?(hex: String) {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard hex.utf8.count == 32, digits.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    package init(using generator: inout some RandomNumberGenerator) {
        bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let seed = Seed(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a seed is 32 hexadecimal digits")
        }
        self = seed
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
