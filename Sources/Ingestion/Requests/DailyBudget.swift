/// Requests this side allows itself in 24 hours, and what the source's answers tell about its own quota; part of
/// both is kept for urgent requests.
///
/// Counted by the hour and in memory: a daemon that starts anew counts from nothing, and the source's own quota is
/// what holds then.
struct DailyBudget {
    /// Why a request is not made now.
    enum Refusal: Hashable {
        case ownBudget(used: Int, allowed: Int)
        case sourceQuota(SourceQuota)
    }

    /// How long a quota that was told is believed: with nothing asked, nothing new is told either.
    static let quotaLife = 900.0

    private let limit: Int?
    private let reserve: Double
    private var hours: [Int: Int] = [:]
    private(set) var quota: SourceQuota?
    private var toldAt = 0.0

    init(_ pace: SourcePace) {
        limit = pace.requestsPerDay
        reserve = min(max(pace.reserve, 0), 1)
    }

    func refusal(isUrgent: Bool, at now: Double) -> Refusal? {
        if let limit {
            let allowed = isUrgent ? limit : share(of: limit)
            let used = used(at: now)
            if used >= allowed { return .ownBudget(used: used, allowed: allowed) }
        }
        if let quota, !isUrgent, quota.limit > 0, quota.used >= share(of: quota.limit),
            abs(now - toldAt) < DailyBudget.quotaLife
        {
            return .sourceQuota(quota)
        }
        return nil
    }

    mutating func count(at now: Double) {
        let hour = DailyBudget.hour(now)
        hours = hours.filter { $0.key > hour - 24 && $0.key <= hour }
        hours[hour, default: 0] += 1
    }

    mutating func note(_ quota: SourceQuota, at now: Double) {
        self.quota = quota
        toldAt = now
    }

    private func used(at now: Double) -> Int {
        let hour = DailyBudget.hour(now)
        return hours.filter { $0.key > hour - 24 && $0.key <= hour }.values.reduce(0, +)
    }

    /// Without the reserve, rounded down; in whole thousandths, so that 20 % of 5 is 1.
    private func share(of limit: Int) -> Int {
        let thousandths = Int((1000 * (1 - reserve)).rounded())
        let (product, isTooLarge) = limit.multipliedReportingOverflow(by: thousandths)
        return isTooLarge ? limit / 1000 * thousandths : product / 1000
    }

    private static func hour(_ now: Double) -> Int { Int((now / 3600).rounded(.down)) }
}
