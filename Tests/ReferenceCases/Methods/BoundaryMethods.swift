import Foundation
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
    let spending = try spendingFunction(arguments)
    if let spending {
        boundaries = try sequentialBoundaries(
            informationFractions: fractions, alpha: perDirection, spending: spending)
    } else {
        let solved = familyBoundaries(
            informationFractions: fractions, alpha: alpha, family: try boundaryFamily(arguments),
            isTwoSided: sided == 2)
        guard let solved else { throw Unsupported("no constant gives this level") }
        boundaries = solved.boundaries
    }
    let inflation = inflationFactor(
        power: 0.8, level: perDirection, rule: StoppingRule(boundaries: boundaries, isTwoSided: sided == 2))
    let exact = BoundaryAnswer(
        z: boundaries.map(\.criticalValue), spent: boundaries.map { $0.cumulativeAlpha * Double(sided) },
        inflation: inflation)
    let answer =
        isFromRpact(item, looks: fractions.count)
        ? try exact.asResolvedByRpact(
            fractions: fractions, alpha: alpha, isTwoSided: sided == 2,
            spending: spending, family: spending == nil ? boundaryFamily(arguments) : nil)
        : exact
    return [
        "critical_z": .numbers(answer.z.map { z in z.flatMap { $0 < answer.largestPrinted ? $0 : nil } }),
        "alpha_spent": .numbers(answer.spent),
        "stage_levels_one_sided": .numbers(answer.z.map { $0.map(Normal.survival) }),
        "inflation_factor_power80": .optional(answer.inflation),
    ]
}

/// Whether a case's numbers are rpact's, which takes at most 20 looks.
private func isFromRpact(_ item: ReferenceCase, looks: Int) -> Bool {
    item.source.map { $0.contains("getDesignGroupSequential") } ?? (looks <= 20)
}

/// What a boundary case asks for.
private struct BoundaryAnswer {
    var z: [Double?]
    var spent: [Double]
    var inflation: Double?
    var largestPrinted = Double.infinity

    /// The same numbers with the error of rpact 3.3.4's integration, which stops a two-sided test at either
    /// boundary where the library's spending boundaries take each direction by itself.
    func asResolvedByRpact(
        fractions: [Double], alpha: Double, isTwoSided: Bool, spending: SpendingFunction?,
        family: BoundaryFamily?
    ) throws -> BoundaryAnswer {
        // The library refuses looks without new information.
        guard fractions.count > 1, z.allSatisfy({ $0 != nil }) else { return self }
        let level = isTwoSided ? alpha / 2 : alpha
        func solve(_ resolution: LookRecursion.Resolution, twoSided: Bool) -> GroupSequentialResolution
            .Solution?
        {
            let problem = GroupSequentialResolution(
                fractions: fractions, isTwoSided: twoSided, resolution: resolution)
            if let spending {
                return problem.spendingBoundaries(
                    cumulative: fractions.map {
                        spending.cumulative(at: $0, alpha: level) * (twoSided ? 2 : 1)
                    })
            }
            guard let family, let last = z.last.flatMap({ $0 }) else { return nil }
            let scale = last / pow(fractions[fractions.count - 1], family.delta - 0.5)
            return problem.familyBoundaries(alpha: alpha, family: family, guess: scale)
        }
        guard let rpact = solve(.rpact, twoSided: isTwoSided),
            let fine = solve(.fine, twoSided: isTwoSided && family != nil)
        else { return self }
        func cost(_ solution: GroupSequentialResolution.Solution, _ resolution: LookRecursion.Resolution)
            -> Double?
        {
            inflation.map {
                GroupSequentialResolution(
                    fractions: fractions, isTwoSided: isTwoSided, resolution: resolution
                ).inflation(boundaries: solution.z, level: level, power: 0.8, guess: $0)
            }
        }
        let errors = zip(rpact.z, fine.z).map(-)
        let costs = (rpact: cost(rpact, .rpact), fine: cost(fine, .fine))
        let sides: Double = isTwoSided && family == nil ? 2 : 1
        return BoundaryAnswer(
            z: zip(z, errors).map { value, error in value.map { $0 + error } },
            spent: spent.indices.map { spent[$0] + rpact.spent[$0] - fine.spent[$0] * sides },
            inflation: inflation.map { $0 + (costs.rpact ?? $0) - (costs.fine ?? $0) },
            largestPrinted: GroupSequentialResolution.largestPrinted)
    }
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
