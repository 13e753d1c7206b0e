import Foundation
import Model

extension ScalarForm where Value == String {
    /// The name of a zone of the IANA database, or UTC. Abbreviations and offsets are refused: they do not
    /// know daylight saving time.
    package static var timeZone: ScalarForm {
        ScalarForm("an IANA time zone such as UTC or Europe/Berlin") { text throws(Refusal) in
            let names = TimeZone.knownTimeZoneIdentifiers
            if text == "UTC" || (names.contains(text) && TimeZone(identifier: text) != nil) { return text }
            throw Refusal(hint: nearestName(to: text, among: names).map { "did you mean '\($0)'?" })
        }
    }
}
