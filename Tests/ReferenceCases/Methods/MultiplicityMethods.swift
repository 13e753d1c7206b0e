import Statistics

/// Adjusted p-values of a family.
let multiplicityMethods: [String: Solver] = [
    "p_adjust": { item in
        try item.checkArguments(["p", "weights", "transitions", "graph"])
        // R leaves a missing p-value out of the family; here it would count.
        let pValues = item.arguments["p"].elements.compactMap(\.number)
        guard pValues.count == item.arguments["p"].elements.count,
            pValues.allSatisfy({ (0...1).contains($0) })
        else { throw Unsupported("'p' is no list of p-values") }
        func adjusted(_ method: PValueAdjustment) -> JSONValue {
            .numbers(adjustedPValues(pValues, method: method) as [Double])
        }
        var answer: [String: JSONValue] = [
            "bonferroni": adjusted(.bonferroni), "holm": adjusted(.holm), "hochberg": adjusted(.hochberg),
            "hommel": adjusted(.hommel), "BH": adjusted(.benjaminiHochberg),
            "BY": adjusted(.benjaminiYekutieli),
        ]
        let weights = item.arguments["weights"].elements.compactMap(\.number)
        let rows =
            item.arguments["transitions"] == .null ? item.arguments["graph"] : item.arguments["transitions"]
        if !weights.isEmpty, rows != .null {
            let graph = try GraphicalProcedure(
                weights: weights, transitions: rows.elements.map { $0.elements.compactMap(\.number) })
            guard weights.count == pValues.count else {
                throw Unsupported("a graph needs a p-value for every hypothesis")
            }
            answer["graphical"] = .numbers(graph.adjustedPValues(pValues))
        }
        return answer
    }
]
