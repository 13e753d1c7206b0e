package import Model
package import Transport

/// Why a source could not deliver, in the terms the scheduler and the operator act on.
package struct SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case unreachable
        /// The source does not accept these credentials, or they may not read this.
        case unauthorized
        /// Asked to come back later; seconds when the source said how many.
        case throttled(seconds: Double?)
        case serverFault
        /// An answer that cannot be trusted; nothing of it was kept.
        case malformed
        /// The source leads in circles.
        case pageLoop
        /// Rows are missing by the source's own count; the walk is not complete.
        case incomplete
        /// More vanished or changed at once than the operator lets pass unseen; nothing of it was kept.
        case massChange
        /// The query takes the source too long, or the answer is longer than this side takes: ask for less at a time.
        case tooLarge
        /// The source no longer knows the position in the walk.
        case forgottenPosition
        /// The source no longer knows the delta token.
        case forgottenToken
        /// This side's own budget for the source is used up.
        case budgetSpent
        /// The source pointed to another host; nothing was sent there.
        case foreignLink
        /// The mapping and the source's fields do not fit each other.
        case unmappable
        /// This side does not allow the connection: certificate, address, scheme, configuration.
        case refused
        case cancelled
    }

    package let kind: Kind
    package let source: Source.Name
    package let detail: String

    package init(_ kind: Kind, source: Source.Name, detail: String) {
        self.kind = kind
        self.source = source
        self.detail = detail
    }

    package init(_ error: TransportError, source: Source.Name) {
        let kind: Kind =
            switch error.kind {
            case .unreachable, .timedOut: .unreachable
            case .truncated, .badEncoding: .malformed
            case .bodyTooLarge: .tooLarge
            case .tls, .refusedAddress, .refusedHost, .protocolRefused, .misconfigured: .refused
            case .cancelled: .cancelled
            }
        self.init(kind, source: source, detail: error.description)
    }

    init(_ fault: SourceFault, source: Source.Name, action: String, status: Int) {
        let kind: Kind =
            switch fault.kind {
            case .expiredToken, .unauthorized: .unauthorized
            case .throttled(let seconds): .throttled(seconds: seconds)
            case .transient: .serverFault
            case .tooLarge: .tooLarge
            case .forgottenPosition: .forgottenPosition
            case .forgottenToken: .forgottenToken
            case .unmappable: .unmappable
            case .permanent: .malformed
            }
        let words = fault.detail.isEmpty ? "" : ", \(fault.detail)"
        self.init(kind, source: source, detail: "\(action): status \(status)\(words)")
    }

    /// Whether asking again may help without anybody changing anything.
    package var isRetryable: Bool {
        switch kind {
        case .unreachable, .throttled, .serverFault, .malformed, .incomplete, .tooLarge, .forgottenPosition,
            .forgottenToken:
            true
        case .unauthorized, .pageLoop, .massChange, .budgetSpent, .foreignLink, .unmappable, .refused,
            .cancelled:
            false
        }
    }

    package var description: String {
        let next =
            switch kind {
            case .unreachable, .throttled, .serverFault, .malformed, .incomplete, .tooLarge,
                .forgottenPosition, .forgottenToken:
                "; will be asked again"
            case .unauthorized: "; nothing more is read until the credentials are corrected"
            case .unmappable: "; nothing more is read until mapping and fields fit"
            case .pageLoop, .foreignLink, .refused: "; nothing more is read until this is put right"
            case .massChange: "; what vanished stays in the book until somebody has looked"
            case .budgetSpent: "; reading goes on when the budget is free again"
            case .cancelled: ""
            }
        return "source '\(source)': \(detail)\(next)"
    }
}
