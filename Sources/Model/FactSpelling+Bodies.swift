/// One function a kind, with the keys in the order of their bytes.
extension FactSpelling {
    mutating func write(_ fact: PartnerFact) {
        raw("{\"partner\":{\"_0\":{\"attributes\":")
        value(fact.attributes)
        raw(",\"partner\":")
        value(fact.partner)
        raw("}}}")
    }

    mutating func write(_ fact: ContractFact) {
        raw("{\"contract\":{\"_0\":{\"annualAmount\":")
        value(fact.annualAmount)
        if let attributes = fact.attributes {
            raw(",\"attributes\":")
            value(attributes)
        }
        if let day = fact.cancelledOn {
            raw(",\"cancelledOn\":")
            value(day)
        }
        raw(",\"contract\":")
        value(fact.contract)
        raw(",\"customer\":")
        value(fact.customer)
        raw(",\"discount\":")
        value(fact.discount)
        raw(",\"endsOn\":")
        value(fact.endsOn)
        raw(",\"partner\":")
        value(fact.partner)
        if let contract = fact.renews {
            raw(",\"renews\":")
            value(contract)
        }
        raw(",\"signedOn\":")
        value(fact.signedOn)
        raw(",\"startsOn\":")
        value(fact.startsOn)
        raw("}}}")
    }

    /// Without a baseline.
    mutating func write(_ fact: ObservationFact) {
        raw("{\"observation\":{\"_0\":{\"customer\":")
        value(fact.customer)
        raw(",\"observedOn\":")
        value(fact.observedOn)
        raw(fact.outcome ? ",\"outcome\":true,\"partner\":" : ",\"outcome\":false,\"partner\":")
        value(fact.partner)
        raw("}}}")
    }

    mutating func write(_ fact: MilestoneFact) {
        raw("{\"milestone\":{\"_0\":{\"contract\":")
        value(fact.contract)
        raw(",\"milestone\":")
        value(fact.milestone)
        raw(",\"reachedOn\":")
        value(fact.reachedOn)
        raw("}}}")
    }

    mutating func write(_ fact: ReadingFact) {
        raw("{\"reading\":{\"_0\":{\"customer\":")
        value(fact.customer)
        raw(",\"measure\":")
        value(fact.measure)
        raw(",\"observedOn\":")
        value(fact.observedOn)
        raw(",\"value\":")
        value(fact.value)
        raw("}}}")
    }

    mutating func write(_ fact: PaymentFact) {
        raw("{\"payment\":{\"_0\":{\"amount\":")
        value(fact.amount)
        raw(",\"component\":")
        value(fact.component.rawValue)
        text(",\"contract\":", fact.contract?.rawValue)
        text(",\"entry\":", fact.entry)
        text(",\"occasion\":", fact.occasion)
        raw(",\"paidOn\":")
        value(fact.paidOn)
        raw(",\"partner\":")
        value(fact.partner)
        raw(",\"payment\":")
        value(fact.payment)
        rate(",\"rate\":", fact.rate)
        text(",\"rule\":", fact.rule?.rawValue)
        raw("}}}")
    }

    mutating func write(_ fact: RenewalFact) {
        raw("{\"renewal\":{\"_0\":{")
        if let amount = fact.annualAmount {
            raw("\"annualAmount\":")
            value(amount)
            raw(",")
        }
        raw("\"contract\":")
        value(fact.contract)
        day(",\"decidedOn\":", fact.decidedOn)
        rate(",\"discount\":", fact.discount)
        raw(",\"outcome\":")
        value(fact.outcome.rawValue)
        text(",\"reason\":", fact.reason)
        if let months = fact.termMonths {
            raw(",\"termMonths\":")
            value(Int64(months))
        }
        raw("}}}")
    }

    mutating func write(_ fact: ChurnFact) {
        raw("{\"churn\":{\"_0\":{\"churn\":")
        value(fact.churn.rawValue)
        raw(",\"contract\":")
        value(fact.contract)
        raw(",\"effectiveOn\":")
        value(fact.effectiveOn)
        text(",\"reason\":", fact.reason)
        day(",\"requestedOn\":", fact.requestedOn)
        raw("}}}")
    }

    mutating func write(_ fact: DiscountFact) {
        raw("{\"discount\":{\"_0\":{\"contract\":")
        value(fact.contract)
        raw(",\"discount\":")
        value(fact.discount)
        raw(",\"from\":")
        value(fact.from)
        day(",\"until\":", fact.until)
        raw("}}}")
    }

    mutating func write(_ fact: OpportunityFact) {
        raw("{\"opportunity\":{\"_0\":{")
        if let amount = fact.amount {
            raw("\"amount\":")
            value(amount)
            raw(",")
        }
        if let closedOn = fact.closedOn {
            raw("\"closedOn\":")
            value(closedOn)
            raw(",")
        }
        if let customer = fact.customer {
            raw("\"customer\":")
            value(customer)
            raw(",")
        }
        raw("\"openedOn\":")
        value(fact.openedOn)
        raw(",\"opportunity\":")
        value(fact.opportunity)
        raw(",\"outcome\":")
        value(fact.outcome.rawValue)
        raw(",\"partner\":")
        value(fact.partner)
        raw(",\"stage\":")
        value(fact.stage)
        raw("}}}")
    }

    mutating func write(_ fact: ForecastFact) {
        raw("{\"forecast\":{\"_0\":{")
        if let amount = fact.amount {
            raw("\"amount\":")
            value(amount)
            raw(",")
        }
        raw("\"contract\":")
        value(fact.contract)
        raw(",\"madeOn\":")
        value(fact.madeOn)
        raw(",\"probability\":")
        value(fact.probability)
        raw("}}}")
    }

    mutating func write(_ fact: AttributionFact) {
        raw("{\"attribution\":{\"_0\":{\"contract\":")
        value(fact.contract)
        day(",\"from\":", fact.from)
        raw(",\"partner\":")
        value(fact.partner)
        text(",\"role\":", fact.role)
        day(",\"until\":", fact.until)
        raw("}}}")
    }

    private mutating func text(_ key: StaticString, _ text: String?) {
        guard let text else { return }
        raw(key)
        value(text)
    }

    private mutating func day(_ key: StaticString, _ day: Day?) {
        guard let day else { return }
        raw(key)
        value(day)
    }

    private mutating func rate(_ key: StaticString, _ rate: Rate?) {
        guard let rate else { return }
        raw(key)
        value(rate)
    }
}
