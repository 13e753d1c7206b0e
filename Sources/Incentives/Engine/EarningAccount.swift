package import Model

/// A partner and the terms it held, stretch by stretch: what the engine computes pay for.
package struct EarningAccount: Sendable, Hashable {
    package var partner: Partner.ID
    /// In the order of time, never overlapping. Contracts signed outside of them earn nothing.
    package var segments: [TermsSegment]

    package init(partner: Partner.ID, segments: [TermsSegment]) {
        self.partner = partner
        self.segments = segments
    }
}
