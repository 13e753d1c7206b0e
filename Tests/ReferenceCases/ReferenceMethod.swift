/// How this library answers a case of one method: names and values, which the case's expectations are compared
/// with.
///
/// A solver computes from the case's arguments and table alone, through the library's package interface. It
/// answers everything the method reports, not what one case happens to ask for, and throws `Unsupported` for an
/// option it does not know instead of ignoring it.
package typealias Solver = @Sendable (ReferenceCase) throws -> [String: JSONValue]

/// All methods by the name the cases use.
package enum ReferenceMethod {
    static let all: [String: Solver] = [
        linearModelMethods,
        wildBootstrapMethods,
        ratioMethods,
        peerCompatibilityMethods,
        quantileMethods,
        multiplicityMethods,
        randomizationMethods,
        sampleRatioMethods,
        kaplanMeierMethods,
        coxMethods,
        restrictedMeanMethods,
        boundaryMethods,
        sequentialAnalysisMethods,
        confidenceSequenceMethods,
        distributionMethods,
        powerMethods,
        decisionMethods,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}
