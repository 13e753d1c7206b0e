import Statistics

let wildBootstrapMethods: [String: Solver] = [
    "wild_cluster_bootstrap_enumerated": wildClusterBootstrap
]

private func wildClusterBootstrap(_ item: ReferenceCase) throws -> [String: JSONValue] {
    guard item.arguments["weights"].string?.hasPrefix("Rademacher") ?? true else {
        throw Unsupported("all sign vectors are enumerated, with Rademacher weights only")
    }
    guard let name = item.arguments["variant"].string?.lowercased(),
        let variant = WildBootstrapVariant(rawValue: name)
    else { throw Unsupported("the variants are WCR11, WCR31 and WCR33") }
    let outcome = try outcomeColumn(item)
    let regressors = item.arguments["regressors"].elements.compactMap(\.string)
    let terms = regressors.contains("1") ? regressors : regressors + ["0"]
    let design = try LinearModelDesign(
        "\(outcome) ~ \(terms.joined(separator: " + "))", table: item.requireTable())
    let model = try clusteredModel(item, design: design, isWeighted: false)
    guard model.clusterCount <= 24 else {
        throw Unsupported("2^\(model.clusterCount) sign vectors are too many")
    }
    let (term, nullValue) = try hypothesis(item.arguments["test"].string)
    let test = try model.wildBootstrap(
        of: term, nullValue: nullValue, variant: variant, plan: WildBootstrapPlan(enumerationLimit: 24),
        seed: 0)
    return [
        "G": .number(Double(model.clusterCount)), "n_bootstrap": .number(Double(test.draws)),
        "t": .number(test.statistic), "estimate": .number(test.value), "se": .number(test.standardError),
        "p_symmetric_ge": .number(test.pValue), "p_symmetric_gt": .number(test.strictPValue),
    ]
}

/// `arm=0`: a term and the value it is tested against.
private func hypothesis(_ text: String?) throws -> (term: String, value: Double) {
    let sides = (text ?? "").split(separator: "=").map { $0.filter { !$0.isWhitespace } }
    guard sides.count == 2, let value = Double(sides[1]) else {
        throw Unsupported("'\(text ?? "")' is not a hypothesis of the form term=value")
    }
    return (sides[0], value)
}
