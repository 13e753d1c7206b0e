/// How amounts become whole minor units.
package enum Rounding: String, Sendable, Hashable, Codable, CaseIterable {
    /// To the nearest; a half to the even neighbour (banker's rounding).
    case halfEven
    /// To the nearest; a half away from zero.
    case halfAwayFromZero
    /// Cut off.
    case towardZero

    /// `dividend / divisor` in whole units; `nil` when it does not fit into 64 bits.
    ///
    /// - Precondition: `divisor` is positive.
    package func quotient(_ dividend: Int128, _ divisor: Int128) -> Int64? {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        let awayFromZero =
            switch self {
            case .halfEven: twice > divisor.magnitude || (twice == divisor.magnitude && quotient % 2 != 0)
            case .halfAwayFromZero: twice >= divisor.magnitude
            case .towardZero: false
            }
        return Int64(exactly: quotient + (awayFromZero ? dividend.signum() : 0))
    }
}

extension Rounding {
    /// `dividend / 1 000 000` in whole units: the common case of a share, without 128-bit division.
    func millionth(_ dividend: Int64) -> Int64 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: 1_000_000)
        let magnitude = remainder.magnitude
        let awayFromZero =
            switch self {
            case .halfEven: magnitude > 500_000 || (magnitude == 500_000 && quotient & 1 != 0)
            case .halfAwayFromZero: magnitude >= 500_000
            case .towardZero: false
            }
        return awayFromZero ? quotient + dividend.signum() : quotient
    }
}

extension Rate {
    /// This share of `amount` in whole minor units.
    ///
    /// - Precondition: the share fits into 64 bits.
    package func of(_ amount: Int64, _ rounding: Rounding) -> Int64 {
        let (product, overflows) = amount.multipliedReportingOverflow(by: partsPerMillion)
        if !overflows { return rounding.millionth(product) }
        guard let share = rounding.quotient(Int128(amount) * Int128(partsPerMillion), 1_000_000) else {
            preconditionFailure("\(self) of \(amount) does not fit into 64 bits")
        }
        return share
    }
}
