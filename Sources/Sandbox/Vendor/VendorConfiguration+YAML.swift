package import Documents
package import Model

/// Reading `config/sandbox.yaml`.
extension VendorConfiguration {
    /// The largest change a plan may make to a probability: ten percentage points.
    static let largestEffect = 0.1

    /// Reads the file at `path`, and throws everything that is wrong with it.
    package init(path: String) throws(Faults) {
        try self.init(YAMLDocument(path: path))
    }

    package init(_ document: YAMLDocument) throws(Faults) {
        let root = document.root
        let start = root.required("start", .day)
        let currency = root.required("currency", .currency)
        let signing = root.requiredSection("signing", expecting: "early and late renewals")
            .flatMap(SigningHabits.init)
        let season = root.requiredSection("season", expecting: "the quarter-end discounts")
            .flatMap(DiscountSeason.init)
        let restatements = root.requiredSection("restatements", expecting: "how amounts are corrected")
            .flatMap(RestatementHabits.init)
        let segments = root.requiredField("segments", expecting: "a list of partner types")?
            .items(expecting: "a list of partner types")?
            .compactMap { $0.section().flatMap(SegmentConfiguration.init) }
        if let segments, Set(segments.map(\.type)).count != segments.count {
            root.fault("two segments have the same type; expected distinct types", at: "segments")
        }
        if let segments, !(1...60).contains(segments.count) {
            root.fault("there are \(segments.count) segments; expected 1 to 60", at: "segments")
        }
        root.finish()
        try document.throwIfFaulty()
        guard let start, let currency, let signing, let season, let restatements, let segments else {
            throw Faults([])
        }
        self.init(
            start: start, currency: currency, signing: signing, season: season, restatements: restatements,
            segments: segments)
    }
}

extension SigningHabits {
    fileprivate init?(_ section: Section) {
        let earlyShare = section.required("early", .share)
        let earlyDays = section.required("earlyDays", .integer(in: 1...180, example: 42))
        let lateShare = section.required("late", .share)
        let lateDays = section.required("lateDays", .integer(in: 1...90, example: 25))
        section.finish()
        guard let earlyShare, let earlyDays, let lateShare, let lateDays else { return nil }
        guard earlyShare + lateShare <= 1 else {
            section.fault("early and late renewals are more than all renewals; expected early + late ≤ 100 %")
            return nil
        }
        self.init(earlyShare: earlyShare, earlyDays: earlyDays, lateShare: lateShare, lateDays: lateDays)
    }
}

extension DiscountSeason {
    fileprivate init?(_ section: Section) {
        let days = section.required("days", .integer(in: 0...45, example: 14))
        let addition = section.required("discount", .effect)
        section.finish()
        guard let days, let addition else { return nil }
        self.init(days: days, addition: addition)
    }
}

extension RestatementHabits {
    fileprivate init?(_ section: Section) {
        let share = section.required("share", .share)
        let withinDays = section.required("withinDays", .integer(in: 7...365, example: 60))
        let sigma = section.required("sigma", .number(in: 0...1, example: "0.1"))
        section.finish()
        guard let share, let withinDays, let sigma else { return nil }
        self.init(share: share, withinDays: withinDays, sigma: sigma)
    }
}

extension SegmentConfiguration {
    fileprivate init?(_ section: Section) {
        let type = section.required("type", .slug)
        let partners = section.required("partners", .integer(in: 2...5000, example: 240))
        let inactive = section.required("inactive", .share)
        let customers = section.requiredSection("customersPerPartner", expecting: "mean and sigma")
            .flatMap { LogNormal($0, centre: "mean") }
        let newBusiness = section.required("newBusinessPerYear", .number(in: 0...5, example: "0.25"))
        let renewal = section.required("renewal", .share)
        let icc = section.required("icc", .number(in: 0...0.3, example: "0.03"))
        let sizeCorrelation = section.required("sizeCorrelation", .number(in: -1...1, example: "0.2"))
        let churn = section.required("midTermChurnPerYear", .yearlyChurn)
        let terms = section.requiredSection("terms", expecting: "months of a term and its share")
            .flatMap(SegmentConfiguration.terms)
        let amount = section.requiredSection("annualAmount", expecting: "median and sigma")
            .flatMap { LogNormal($0, centre: "median") }
        let discount = section.requiredSection("discount", expecting: "mean and sd").flatMap(Normal.init)
        let effects = section.section("effects").map(planEffects) ?? [:]
        let whale = section.section("whale").flatMap(WhaleConfiguration.init)
        section.finish()
        guard let type, let partners, let inactive, let customers, let newBusiness, let renewal, let icc,
            let sizeCorrelation, let churn, let terms, let amount, let discount
        else { return nil }
        self.init(
            type: type, partners: partners, inactive: inactive, customersPerPartner: customers,
            newBusinessPerYear: newBusiness, renewal: renewal, icc: icc, sizeCorrelation: sizeCorrelation,
            midTermChurnPerYear: churn, terms: terms, annualAmount: amount, discount: discount,
            effects: effects, whale: whale)
    }

    private static func terms(_ section: Section) -> [TermShare]? {
        let terms = section.fields().compactMap { field -> TermShare? in
            guard let months = field.readKey(.integer(in: 1...120, example: 12)),
                let share = field.read(.share)
            else { return nil }
            return TermShare(months: months, share: share)
        }
        guard abs(terms.map(\.share).reduce(0, +) - 1) < 1e-9 else {
            section.fault("the shares of 'terms' do not add up to 100 %")
            return nil
        }
        return terms
    }
}

extension SegmentConfiguration.LogNormal {
    fileprivate init?(_ section: Section, centre name: String) {
        let centre = section.required(name, .number(in: 0.01...10_000_000, example: "18"))
        let sigma = section.required("sigma", .number(in: 0...3, example: "1.0"))
        section.finish()
        guard let centre, let sigma else { return nil }
        self.init(centre: centre, sigma: sigma)
    }
}

extension SegmentConfiguration.Normal {
    fileprivate init?(_ section: Section) {
        let mean = section.required("mean", .share)
        let deviation = section.required("sd", .share)
        section.finish()
        guard let mean, let deviation else { return nil }
        self.init(mean: mean, standardDeviation: deviation)
    }
}

extension WhaleConfiguration {
    fileprivate init?(_ section: Section) {
        let customers = section.required("customers", .integer(in: 1...10_000, example: 400))
        let offset = section.required("renewalOffset", .effect)
        let effects = section.section("effects").map(planEffects) ?? [:]
        section.finish()
        guard let customers, let offset else { return nil }
        self.init(customers: customers, renewalOffset: offset, effects: effects)
    }
}

/// What each plan changes; an outcome that is not named is unchanged.
private func planEffects(_ section: Section) -> [IncentivePlan.ID: PlanEffect] {
    var effects: [IncentivePlan.ID: PlanEffect] = [:]
    for field in section.fields() {
        guard let plan = field.readKey(ScalarForm<IncentivePlan.ID>.slugID()),
            let outcomes = field.section(expecting: "renewal, churn and discount in points")
        else { continue }
        effects[plan] = PlanEffect(
            renewal: outcomes.value("renewal", .effect, default: 0),
            churn: outcomes.value("churn", .effect, default: 0),
            discount: outcomes.value("discount", .effect, default: 0))
        outcomes.finish()
    }
    return effects
}

extension ScalarForm where Value == Double {
    fileprivate static var share: ScalarForm { ScalarForm<Rate>.rate().map(\.fraction) }

    fileprivate static var yearlyChurn: ScalarForm {
        ScalarForm<Rate>.rate(
            in: Rate(partsPerMillion: 0)...Rate(partsPerMillion: 500_000), example: "6 %"
        ).map(\.fraction)
    }

    fileprivate static var effect: ScalarForm {
        let largest = VendorConfiguration.largestEffect
        return .points("a change of at most 10 percentage points such as 8 points", in: -largest...largest)
    }
}
