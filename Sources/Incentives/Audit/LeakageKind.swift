/// What can be wrong with money that went, or should have gone, to a partner.
///
/// The order of the cases is the order of precedence: a unit of money is told under the first kind that claims it.
package enum LeakageKind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case creditWithoutContract
    case wrongPartner
    case wrongCurrency
    case paidAfterChurn
    case doubleCredit
    case backdatedTerms
    case roundingDrift
    case gateUnmet
    case capExceeded
    case termMismatch
    case rateMismatch
    case orphanedPromise

    /// "paid after churn".
    package var title: String {
        switch self {
        case .creditWithoutContract: "credit without a contract"
        case .wrongPartner: "wrong partner"
        case .wrongCurrency: "wrong currency"
        case .paidAfterChurn: "paid after churn"
        case .doubleCredit: "double credit"
        case .backdatedTerms: "backdated terms"
        case .roundingDrift: "rounding drift"
        case .gateUnmet: "gate unmet"
        case .capExceeded: "cap exceeded"
        case .termMismatch: "term mismatch"
        case .rateMismatch: "rate differs from plan"
        case .orphanedPromise: "orphaned promise"
        }
    }

    package var precedence: Int { LeakageKind.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: Self, right: Self) -> Bool { left.precedence < right.precedence }
}
