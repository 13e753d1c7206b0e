import Statistics

extension EffectMethod {
    /// CR1 with the residual-free degrees of freedom most software takes.
    static let cr1 = EffectMethod(rawValue: "CR1, t(G − 1)")
    /// The jackknife variance with degrees of freedom for few partners of similar size.
    static let cv3 = EffectMethod(rawValue: "CV3 jackknife, t(min m − 1)")
    /// A wild bootstrap with leave-one-out residuals.
    static let wildBootstrap = EffectMethod(rawValue: "wild cluster bootstrap WCR31")
    /// The difference of both averages.
    static let informativeSize = EffectMethod(rawValue: "customer − partner average, jackknife")
    /// The log-rank scores under the replayed mechanism.
    static let logRankRandomization = EffectMethod(rawValue: "randomisation test of log-rank scores")
    /// The mean difference within pairs.
    static let pairedT = EffectMethod(rawValue: "paired t, t(pairs − 1)")
    /// The pooled difference with a variance over pairs.
    static let pairedRatio = EffectMethod(rawValue: "pair-clustered, t(pairs − 1)")
}

extension MethodRow {
    /// What the row is called in other programs: the method and whose average it is. It stays the same from
    /// version to version, and no two rows of a comparison share it.
    package var id: String { "\(method.slug).\(estimand.rawValue)" }
}

extension EffectMethod {
    /// The method's name in letters, digits and hyphens.
    fileprivate var slug: String {
        switch self {
        case .studentizedRandomization: "randomization"
        case .logRankRandomization: "log-rank-randomization"
        case .cr2Exchangeable: "cr2-ik"
        case .cr2Proportional: "cr2-proportional"
        case .cr2Identity: "cr2-satterthwaite"
        case .cv3Exchangeable: "cv3-ik"
        case .cv3Proportional: "cv3-proportional"
        case .cv3: "cv3-min"
        case .cr1: "cr1"
        case .stratifiedHajek: "stratified"
        case .wildBootstrap: "wild-bootstrap"
        case .clusteredWilson: "wilson"
        case .logRatioDelta: "relative-log-ratio"
        case .fieller: "relative-fieller"
        case .customerAncova, .partnerAncova: "ancova"
        case .customerLin, .partnerLin: "lin"
        case .partnerWelch: "welch"
        case .pairedT: "paired-t"
        case .pairedRatio: "pair-clustered"
        case .informativeSize: "informative-size"
        case .clusteredLogRank: "log-rank"
        case .restrictedMeanCR2: "restricted-mean"
        case .coxJackknife: "cox-jackknife"
        case .coxSandwich: "cox-sandwich"
        case .coxScore: "cox-score"
        default:
            String(
                rawValue.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        }
    }
}
