package import Model

/// Reads the incentive plan at `path`; the file's name must be the plan's id.
package func loadIncentivePlan(at path: String) throws(Faults) -> IncentivePlan {
    let document = try YAMLDocument(path: path)
    let plan = IncentivePlanReader(root: document.root).read()
    document.root.checkFileName(path, key: "plan")
    document.root.finish()
    try document.throwIfFaulty()
    guard let plan else { throw Faults(document.faults) }
    return plan
}

struct IncentivePlanReader {
    let root: Section

    /// `nil` when any required value is missing or faulty.
    func read() -> IncentivePlan? {
        let id: IncentivePlan.ID? = root.required("plan", .slugID())
        let summary = root.required(
            "summary", .text(example: "\"10 % commission on the first year of new contracts.\""))
        let currency = root.required("currency", .currency)
        let commission = root.section("commission").flatMap { readCommission($0, currency: currency) }
        let bonus = root.section("renewalBonus").flatMap { readRenewalBonus($0, currency: currency) }
        if !root.contains("commission"), !root.contains("renewalBonus") {
            root.fault("the plan pays nothing; expected 'commission:', 'renewalBonus:' or both")
        }
        guard let id, let summary, let currency else { return nil }
        return IncentivePlan(
            id: id, summary: summary, currency: currency, commission: commission, renewalBonus: bonus)
    }

    private func readCommission(_ section: Section, currency: Currency?) -> TieredCommission? {
        defer { section.finish() }
        let basis: TieredCommission.Basis? = section.required("basis", .choice)
        let scheme: TieredCommission.Scheme? = section.required("scheme", .choice)
        let period: TieredCommission.Period? = section.required("period", .choice)
        let tiers = section.requiredField("tiers", expecting: "a list such as [{from: 0, rate: 10 %}]")
            .flatMap { readTiers($0, currency: currency) }
        guard let basis, let scheme, let period, let tiers else { return nil }
        return TieredCommission(basis: basis, scheme: scheme, period: period, tiers: tiers)
    }

    private func readTiers(_ field: Field, currency: Currency?) -> [TieredCommission.Tier]? {
        guard let items = field.items(expecting: "a list such as [{from: 0, rate: 10 %}]") else { return nil }
        if items.isEmpty { field.fault("there is no tier; expected at least {from: 0, rate: 10 %}") }
        var tiers: [TieredCommission.Tier] = []
        for item in items {
            guard let section = item.section(expecting: "a tier such as {from: 0, rate: 10 %}") else {
                continue
            }
            let rate = section.required("rate", .rate())
            let from = section.required("from", .amount(in: currency ?? .placeholder))
            section.finish()
            guard let rate, let from else { continue }
            if let last = tiers.last, from <= last.from {
                section.fault(
                    "the tiers do not ascend; expected each 'from' above the one before", at: "from")
            }
            if tiers.isEmpty, from != 0, item.path.hasSuffix("[0]") {
                section.fault("the first tier begins at \(from) minor units; expected 'from: 0'", at: "from")
            }
            tiers.append(TieredCommission.Tier(from: from, rate: rate))
        }
        return tiers.count == items.count ? tiers : nil
    }

    private func readRenewalBonus(_ section: Section, currency: Currency?) -> RenewalBonus? {
        defer { section.finish() }
        let rate = section.required("rate", .rate())
        let cap = section.optional("cap", .amount(in: currency ?? .placeholder, atLeast: 1))
        return rate.map { RenewalBonus(rate: $0, cap: cap) }
    }
}

extension Currency {
    /// Lets amounts be checked when the file's currency is faulty; the plan is refused then anyway.
    fileprivate static var placeholder: Currency {
        guard let currency = Currency("XXX") else { preconditionFailure("XXX is three capitals") }
        return currency
    }
}

extension Section {
    /// The id under `key` must be the file's name without its extension: files are found by id.
    func checkFileName(_ path: String, key: String) {
        guard let id = field(key)?.text, Slug.isValid(id) else { return }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name != "\(id).yaml" {
            fault("the id '\(id)' stands in the file '\(name)'; expected the file '\(id).yaml'", at: key)
        }
    }
}
