import Statistics

/// The columns of an R formula such as `renewed ~ factor(arm) * tenure`, named as R names coefficients.
struct LinearModelDesign {
    /// The left-hand side.
    let outcome: NamedColumn
    /// The right-hand side, without the constant and the absorbed factor, in R's order: by the number of
    /// factors in a term.
    let regressors: [NamedColumn]
    /// The constant part.
    let constant: LinearModelFormula.Constant

    /// Reads a formula.
    ///
    /// - Parameter absorbing: The column whose `factor(...)` is a partner effect.
    /// - Throws: `Unsupported` for what cannot be read.
    init(_ formula: String, table: DataTable, absorbing cluster: String? = nil) throws {
        let sides = formula.split(separator: "~", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { throw Unsupported("'\(formula)' is not of the form outcome ~ terms") }
        let left = try LinearModelParser.parse(sides[0])
        outcome = NamedColumn(name: left.text, values: try left.values(in: table))

        var terms = LinearModelTerms()
        try terms.add(LinearModelParser.parse(sides[1]))
        var products = terms.products
        var constant: LinearModelFormula.Constant = terms.hasIntercept ? .intercept : .none
        if let cluster, let effect = products.firstIndex(of: [.call("factor", [.name(cluster)])]) {
            products.remove(at: effect)
            constant = .clusterEffects
        }
        var regressors: [NamedColumn] = []
        var needsBaseline = constant == .none
        // Stable: terms of one order stay as written.
        for order in Set(products.map(\.count)).sorted() {
            for product in products where product.count == order {
                try LinearModelDesign.checkMarginality(of: product, among: products, table: table)
                let factors = try product.map { factor in
                    try LinearModelDesign.columns(of: factor, table: table, withBaseline: needsBaseline)
                }
                if order == 1, factors[0].isCategorical { needsBaseline = false }
                regressors += LinearModelDesign.products(of: factors.map(\.columns))
            }
        }
        self.regressors = regressors
        self.constant = constant
    }

    /// The model for the library.
    var formula: LinearModelFormula {
        LinearModelFormula(
            outcome: outcome.name, regressors: regressors.map(\.name), constant: constant)
    }

    /// Fits the model with partners from a column of the table.
    func fit(clusters: [Int], clusterCount: Int, weights: [Double]? = nil) throws -> ClusteredLinearModel {
        var columns = regressors
        if !columns.contains(where: { $0.name == outcome.name }) { columns.append(outcome) }
        return try ClusterCrossProducts(
            clusters: clusters, clusterCount: clusterCount, columns: columns, weights: weights
        ).fit(formula)
    }

    /// Refuses an interaction of a categorical column without the terms below it, which R codes by all
    /// levels.
    private static func checkMarginality(
        of product: [LinearModelExpression], among products: [[LinearModelExpression]], table: DataTable
    ) throws {
        guard product.count > 1 else { return }
        for (k, factor) in product.enumerated() {
            guard try columns(of: factor, table: table, withBaseline: false).isCategorical else { continue }
            var rest = product
            rest.remove(at: k)
            guard products.contains(where: { Set($0) == Set(rest) }) else {
                let name = product.map(\.text).joined(separator: ":")
                throw Unsupported("the interaction '\(name)' is offered with its main effects only")
            }
        }
    }

    /// A factor of a term: indicators of a categorical column's levels after the first, or the numbers
    /// themselves.
    private static func columns(
        of factor: LinearModelExpression, table: DataTable, withBaseline: Bool
    ) throws -> (columns: [NamedColumn], isCategorical: Bool) {
        let categorical: String?
        switch factor {
        case .call("factor", let arguments), .call("as.factor", let arguments):
            guard case .name(let column)? = arguments.first else {
                throw Unsupported("'\(factor.text)' is not a factor of a column")
            }
            categorical = column
        case .name(let column):
            categorical = try table.texts(column).contains { Double($0) == nil } ? column : nil
        default: categorical = nil
        }
        guard let categorical else {
            return ([NamedColumn(name: factor.text, values: try factor.values(in: table))], false)
        }
        let (index, labels) = try table.groups(categorical)
        let levels = labels.indices.dropFirst(withBaseline ? 0 : 1)
        return (
            levels.map { level in
                NamedColumn(name: factor.text + labels[level], values: index.map { $0 == level ? 1 : 0 })
            }, true
        )
    }

    /// All products of one column from each factor; the first factor varies fastest, as in R.
    private static func products(of factors: [[NamedColumn]]) -> [NamedColumn] {
        factors.dropFirst().reduce(factors.first ?? []) { left, right in
            right.flatMap { second in
                left.map { first in
                    NamedColumn(
                        name: "\(first.name):\(second.name)", values: zip(first.values, second.values).map(*))
                }
            }
        }
    }
}

/// The terms of a right-hand side: products of factors, each once.
private struct LinearModelTerms {
    var hasIntercept = true
    var products: [[LinearModelExpression]] = []

    mutating func add(_ expression: LinearModelExpression) throws {
        switch expression {
        case .binary(let left, "+", let right):
            try add(left)
            try add(right)
        case .binary(let left, "-", .number(1)):
            try add(left)
            hasIntercept = false
        case .negative(.number(1)), .number(0): hasIntercept = false
        case .number(1): hasIntercept = true
        case .call("", let inner): for term in inner { try add(term) }
        default:
            for product in try LinearModelTerms.expanded(expression)
            where !products.contains(where: { Set($0) == Set(product) }) {
                products.append(product)
            }
        }
    }

    private static func expanded(_ expression: LinearModelExpression) throws -> [[LinearModelExpression]] {
        switch expression {
        case .binary(let left, "*", let right):
            let (left, right) = (try expanded(left), try expanded(right))
            return left + right + crossed(left, right)
        case .binary(.call("", let inner), "^", .number(2)):
            let terms = try inner.flatMap(expanded)
            return terms + terms.indices.flatMap { crossed([terms[$0]], Array(terms[($0 + 1)...])) }
        case .binary(let left, ":", let right): return crossed(try expanded(left), try expanded(right))
        case .binary(let left, "+", let right): return try expanded(left) + expanded(right)
        case .call("", let inner): return try inner.flatMap(expanded)
        case .name, .call: return [[expression]]
        default: throw Unsupported("'\(expression.text)' is not a term of a linear model")
        }
    }

    private static func crossed(
        _ left: [[LinearModelExpression]], _ right: [[LinearModelExpression]]
    ) -> [[LinearModelExpression]] {
        left.flatMap { first in right.map { second in first + second.filter { !first.contains($0) } } }
    }
}
