import Statistics

/// Boundaries of group-sequential tests, by spending function or by the constant of a classical family.
let boundaryMethods: [String: Solver] = ["group_sequential_boundary": boundaryCase]

private func boundaryCase(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let arguments = item.arguments
    let fractions = arguments["information_rates"].elements.compactMap(\.number)
    guard let alpha = arguments["alpha"].number, let sided = arguments["sided"].integer,
        (1...2).contains(sided),
        !fractions.isEmpty
    else { throw Unsupported("expected information_rates, alpha, and sided 1 or 2") }
    let perDirection = alpha / Double(sided)
    let boundaries: [Boundary]
    if let spending = try spendingFunction(arguments) {
        boundaries = sequentialBoundaries(
            informationFractions: fractions, alpha: perDirection, spending: spending)
    } else {
        let solved = familyBoundaries(
            informationFractions: fractions, alpha: alpha, family: try boundaryFamily(arguments),
            isTwoSided: sided == 2)
        guard let solved else { throw Unsupported("no constant gives this level") }
        boundaries = solved.boundaries
    }
    return [
        "critical_z": .numbers(boundaries.map(\.criticalValue)),
        "alpha_spent": .numbers(boundaries.map { $0.cumulativeAlpha * Double(sided) }),
        "stage_levels_one_sided": .numbers(boundaries.map(\.nominalLevel)),
        "inflation_factor_power80": .optional(
            inflationFactor(
                power: 0.8, level: perDirection,
                rule: StoppingRule(boundaries: boundaries, isTwoSided: sided == 2))),
    ]
}

/// The spending function a case names; nil for a boundary family.
func spendingFunction(_ arguments: JSONValue) throws -> SpendingFunction? {
    switch arguments["type"].string {
    case "asOF": return .obrienFleming
    case "asP": return .pocock
    case "asHSD", "asKD":
        guard let parameter = arguments["gammaA"].number else {
            throw Unsupported("expected a number 'gammaA'")
        }
        return arguments["type"].string == "asHSD"
            ? .hwangShihDeCani(gamma: parameter) : .kimDeMets(rho: parameter)
    default: return nil
    }
}

/// The boundary family a case names.
func boundaryFamily(_ arguments: JSONValue) throws -> BoundaryFamily {
    switch arguments["type"].string {
    case "OF": return .obrienFleming
    case "P": return .pocock
    case "WT":
        guard let delta = arguments["deltaWT"].number else {
            throw Unsupported("expected a number 'deltaWT'")
        }
        return .wangTsiatis(delta: delta)
    case let other: throw Unsupported("there is no boundary of type '\(other ?? "null")'")
    }
}
