import Foundation
import Model

/// Who is there on the first morning.
extension Behaviour {
    /// All partners, segment by segment, each segment's whale last.
    func startingPartners() -> [SimulatedPartner] {
        configuration.segments.indices.flatMap { segment in
            let sizes = startingSizes(segment: segment)
            let ordinary = sizes.indices.map { partner(segment: segment, number: $0, customers: sizes[$0]) }
            return ordinary + [whale(segment: segment, number: sizes.count)].compactMap { $0 }
        }
    }

    /// Customers of each ordinary partner: log-normal, scaled so that the mean over active partners is the
    /// configured one whatever the seed; active partners have at least one.
    private func startingSizes(segment: Int) -> [Int] {
        let settings = configuration.segments[segment]
        let weights = (0..<settings.partners).map { number -> Double in
            let key = ContractKey.partnerKey(segment: segment, partner: number)
            guard draws.uniform(key, .activity) >= settings.inactive else { return 0 }
            return exp(settings.customersPerPartner.sigma * draws.normal(key, .size))
        }
        let active = weights.filter { $0 > 0 }
        guard !active.isEmpty else { return weights.map { _ in 0 } }
        let scale = settings.customersPerPartner.centre * Double(active.count) / active.reduce(0, +)
        return weights.map { $0 == 0 ? 0 : max(1, Int(($0 * scale).rounded())) }
    }

    private func partner(segment: Int, number: Int, customers: Int) -> SimulatedPartner {
        let settings = configuration.segments[segment]
        let key = ContractKey.partnerKey(segment: segment, partner: number)
        let size = draws.normal(key, .size)
        let correlation = settings.sizeCorrelation
        let standing =
            correlation * size
            + (1 - correlation * correlation).squareRoot() * draws.normal(key, .partnerEffect)
        let spread = (settings.icc * settings.renewal * (1 - settings.renewal)).squareRoot()
        let churnSigma = 0.3
        return SimulatedPartner(
            key: key, name: "\(settings.type.capitalized) \(number + 1)", region: region(key),
            tier: size > 0.84 ? "Gold" : size > -0.25 ? "Silver" : "Bronze", segment: segment,
            isWhale: false, customers: customers,
            renewal: min(0.985, max(0.02, settings.renewal + spread * standing)),
            churnMultiple: exp(
                churnSigma * draws.normal(key, .churnPropensity) - churnSigma * churnSigma / 2),
            stampedAt: accountsStamp)
    }

    private func whale(segment: Int, number: Int) -> SimulatedPartner? {
        let settings = configuration.segments[segment]
        guard let whale = settings.whale else { return nil }
        let key = ContractKey.partnerKey(segment: segment, partner: number)
        return SimulatedPartner(
            key: key, name: "\(settings.type.capitalized) \(number + 1)", region: region(key), tier: "Gold",
            segment: segment, isWhale: true, customers: whale.customers,
            renewal: min(0.985, max(0.02, settings.renewal + whale.renewalOffset)), churnMultiple: 1,
            stampedAt: accountsStamp)
    }

    private func region(_ key: UInt64) -> String {
        switch draws.uniform(key, .region) {
        case ..<0.4: "EMEA"
        case ..<0.7: "NAM"
        case ..<0.88: "APAC"
        default: "LATAM"
        }
    }

    private var accountsStamp: Int64 { (configuration.start - 1).seconds(hour: 19) }

    /// The contracts in force on the start date, due dates spread evenly over their terms, and the renewals
    /// already signed of those that are due soon.
    func startingContracts(of partner: SimulatedPartner, at position: Int) -> [SimulatedContract] {
        (0..<partner.customers).flatMap { customer -> [SimulatedContract] in
            let key = ContractKey(partnerKey: partner.key, customer: customer)
            var contract = startingContract(key, of: partner, at: position)
            let signing = contract.endsOn + signingOffset(key)
            guard signing < configuration.start, renews(contract, of: partner, under: nil) else {
                return [contract]
            }
            contract.status = .renewed
            contract.renewalAgreedFor = signing
            return [contract, renewal(of: contract, signedOn: signing, partner: partner, plan: nil)]
        }
    }

    private func startingContract(_ key: ContractKey, of partner: SimulatedPartner, at position: Int)
        -> SimulatedContract
    {
        let months = termMonths(key, segment: partner.segment)
        let today = configuration.start
        let elapsed = draws.uniform(key.bits, .elapsedTerm)
        let length = today - today.adding(months: -months)
        let startsOn = today - Int(elapsed * Double(length))
        let signedOn = startsOn - draws.integer(key.bits, .signingLead, in: 1...30)
        return contract(
            key, partner: partner, at: position, predecessor: nil, signedOn: signedOn, startsOn: startsOn,
            months: months, listAmount: firstListAmount(key, segment: partner.segment), plan: nil)
    }

    /// The contract that renews `contract`, from the day after its term.
    func renewal(
        of contract: SimulatedContract, signedOn day: Day, partner: SimulatedPartner, plan: IncentivePlan.ID?
    ) -> SimulatedContract {
        let key = contract.key.next
        return self.contract(
            key, partner: partner, at: contract.partner, predecessor: contract.id, signedOn: day,
            startsOn: contract.endsOn + 1, months: termMonths(key, segment: partner.segment),
            listAmount: renewedListAmount(key, from: contract.listAmount), plan: plan)
    }

    /// A customer's first contract, from the day after it is signed.
    func firstContract(
        _ key: ContractKey, of partner: SimulatedPartner, at position: Int, signedOn day: Day,
        plan: IncentivePlan.ID?
    ) -> SimulatedContract {
        contract(
            key, partner: partner, at: position, predecessor: nil, signedOn: day, startsOn: day + 1,
            months: termMonths(key, segment: partner.segment),
            listAmount: firstListAmount(key, segment: partner.segment), plan: plan)
    }

    private func contract(
        _ key: ContractKey, partner: SimulatedPartner, at position: Int, predecessor: RecordID?,
        signedOn: Day, startsOn: Day, months: Int, listAmount: Int64, plan: IncentivePlan.ID?
    ) -> SimulatedContract {
        let discount = discountPerMille(key, of: partner, on: signedOn, under: plan)
        let imported = signedOn.seconds(hour: draws.integer(key.bits, .importHour, in: 8...17), minute: 30)
        return SimulatedContract(
            key: key, partner: position, predecessor: predecessor, signedOn: signedOn, startsOn: startsOn,
            endsOn: startsOn.adding(months: months) - 1, listAmount: listAmount,
            amount: listAmount - Rate(partsPerMillion: discount * 1000).of(listAmount),
            discountPerMille: discount,
            restatedOn: restatementDay(key, enteredOn: max(signedOn, configuration.start)),
            createdAt: imported, stampedAt: imported)
    }
}
