package import Foundation

extension Plan {
    /// The zone its dates are in; a plan is loaded only when its zone exists.
    package var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }
}
