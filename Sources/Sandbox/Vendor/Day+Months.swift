import Model

extension Day {
    /// The same day of the month `months` later, or the month's last day when it has no such day.
    func adding(months: Int) -> Day {
        let (year, month, day) = civil
        let index = year * 12 + month - 1 + months
        for candidate in stride(from: day, through: 28, by: -1) {
            if let moved = Day(year: index / 12, month: index % 12 + 1, day: candidate) { return moved }
        }
        return Day(year: index / 12, month: index % 12 + 1, day: day) ?? self
    }

    /// Seconds since 1970 at `hour`:`minute` UTC.
    func seconds(hour: Int, minute: Int = 0) -> Int64 {
        Int64(number) * 86_400 + Int64(hour * 3600 + minute * 60)
    }
}
