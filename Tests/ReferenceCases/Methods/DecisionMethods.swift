import Statistics

let decisionMethods: [String: Solver] = ["meta_shrinkage": solveShrinkage]

/// A random-effects summary of past effects and each effect shrunk towards it.
private func solveShrinkage(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let method = item.arguments["method"].string ?? "DerSimonian-Laird"
    guard method == "DerSimonian-Laird" || method == "DL" else {
        throw Unsupported("the between-pilot variance '\(method)' is not offered")
    }
    let effects = item.arguments["effects"].elements.compactMap(\.number)
    let errors = item.arguments["se"].elements.compactMap(\.number)
    guard effects.count == errors.count else { throw Unsupported("'effects' and 'se' differ in length") }
    let history = try pastEffects(
        zip(effects, errors).map { PastEffect(value: $0, standardError: $1) })
    return [
        "Q": .number(history.heterogeneity),
        "tau2": .number(history.betweenVariance),
        "mu_random": .number(history.mean),
        "se_mu": .number(history.standardError),
        "shrunk": .numbers(history.shrunk.map(\.mean)),
    ]
}
