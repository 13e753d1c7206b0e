import ArgumentParser
import Model

extension Instant: ExpressibleByArgument {
    /// An ISO 8601 instant, or a date, which stands for its midnight in UTC.
    public init?(argument: String) {
        if let instant = Instant(iso: argument) {
            self = instant
        } else if let day = Day(iso: argument) {
            self = Instant(milliseconds: Int64(day.number) * 86_400_000)
        } else {
            return nil
        }
    }
}

extension Seed: ExpressibleByArgument {
    /// 32 hexadecimal digits.
    public init?(argument: String) { self.init(hex: argument) }
}

extension Identifier: ExpressibleByArgument {
    /// Any text that is not empty.
    public init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        self.init(argument)
    }
}

extension ISOWeek: ExpressibleByArgument {
    /// A week such as 2026-W05.
    public init?(argument: String) { self.init(text: argument) }
}

extension CalendarPeriod: ExpressibleByArgument {
    /// A month, quarter or year such as 2027-01, 2027-Q1 or 2027.
    public init?(argument: String) { self.init(text: argument) }
}
