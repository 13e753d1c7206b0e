extension ClusterCrossProducts {
    /// Fits a model by least squares, weighted if the rows have weights.
    ///
    /// Takes O(G·p³) for G partners and p coefficients.
    ///
    /// - Throws: `.unknownColumn`; `.dependentTerm` for a term of which less than 10⁻¹¹ of the sum of squares
    ///   is left after the terms before it, constants for an intercept included; `.tooFewPartners` without
    ///   more rows than coefficients.
    public func fit(_ formula: LinearModelFormula) throws(EstimationError) -> ClusteredLinearModel {
        if formula.constant == .clusterEffects {
            return try centeredWithinClusters().leastSquares(formula)
        }
        return try leastSquares(formula)
    }

    private func leastSquares(_ formula: LinearModelFormula) throws(EstimationError) -> ClusteredLinearModel {
        var regressors = formula.constant == .intercept ? [0] : []
        for name in formula.regressors { regressors.append(try index(of: name)) }
        let outcome = try index(of: formula.outcome)
        let order = regressors.count
        let twin = columns.count + 1
        // Weights matter only relative to each other; around 1 they keep the two halves of Z comparable.
        let scale = isWeighted ? pooled(0, 0) / pooled(0, twin) : 1
        let design =
            regressors.map { (index: $0, scale: 1.0) }
            + (isWeighted ? regressors.map { (index: $0 + twin, scale: scale) } : [])
        let weighted = isWeighted ? order : 0

        var normal = SmallMatrix(rows: order, columns: order)
        for i in 0..<order {
            for j in 0...i {
                normal[i, j] =
                    pooled(design[i].index, design[weighted + j].index) * design[weighted + j].scale
                normal[j, i] = normal[i, j]
            }
        }
        let (whitening, dependent) = normal.choleskyInverse(tolerance: 1e-11)
        if let dependent { throw .dependentTerm(formula.terms[dependent]) }
        let right = (0..<order).map {
            pooled(design[weighted + $0].index, outcome) * design[weighted + $0].scale
        }
        let whitenedCoefficients = whitening * right
        let coefficients = whitening.transposed * whitenedCoefficients

        let moments = whitenedMoments(
            design: design, outcome: outcome, whitening: whitening, coefficients: whitenedCoefficients)
        let occupied = moments.occupied.count
        // Rows need not be whole where a partner stands for a share of them.
        let customers = Int(min(pooled(0, 0).rounded(), 0x1p62))
        let parameters = order + (formula.constant == .clusterEffects ? occupied : 0)
        guard customers > parameters else {
            throw .tooFewPartners(found: customers, required: parameters + 1)
        }
        return ClusteredLinearModel(
            formula: formula, coefficients: coefficients, clusterCount: occupied, customerCount: customers,
            parameterCount: parameters, dimension: design.count, whitening: whitening,
            whitenedCoefficients: whitenedCoefficients, outcomeSquares: pooled(outcome, outcome),
            clusters: moments, residualMetric: residualMetric(of: moments, order: order))
    }

    private func index(of name: String) throws(EstimationError) -> Int {
        guard let index = columns.firstIndex(of: name) else { throw .unknownColumn(name) }
        return index + 1
    }

    /// Σ over all customers of the product of two columns.
    private func pooled(_ i: Int, _ j: Int) -> Double {
        let position = ClusterCrossProducts.offset(i, j)
        var sum = 0.0
        for cluster in 0..<clusterCount { sum += lines[cluster * stride + position] }
        return sum
    }

    private func whitenedMoments(
        design: [(index: Int, scale: Double)], outcome: Int, whitening: SmallMatrix, coefficients: [Double]
    ) -> ClusterMoments {
        let dimension = design.count
        let order = coefficients.count
        var moments = ClusterMoments(count: clusterCount, dimension: dimension)
        let scales = design.map(\.scale)
        let withOutcome = design.map { ClusterCrossProducts.offset($0.index, outcome) }
        let withConstant = design.map { ClusterCrossProducts.offset($0.index, 0) }
        let withEachOther = design.flatMap { row in
            design.map { ClusterCrossProducts.offset(row.index, $0.index) }
        }
        let outcomeSum = ClusterCrossProducts.offset(outcome, 0)
        let outcomeSquare = ClusterCrossProducts.offset(outcome, outcome)
        // Z consists of one or two blocks of regressors, and each is whitened by the same factor.
        var factor = SmallMatrix(rows: dimension, columns: dimension)
        for start in Swift.stride(from: 0, to: dimension, by: max(1, order)) {
            factor.replaceBlock(start, start, with: whitening)
        }
        var half = [Double](repeating: 0, count: dimension * dimension)
        for cluster in 0..<clusterCount {
            let line = cluster * stride
            let count = lines[line]
            guard count > 0 || lines[line + outcomeSum] != 0 else { continue }
            moments.counts[cluster] = count
            moments.isOccupied[cluster] = true
            let gram = cluster * dimension * dimension
            let vector = cluster * dimension
            for i in 0..<dimension {
                for j in 0..<dimension {
                    var sum = 0.0
                    for k in 0...j {
                        sum +=
                            lines[line + withEachOther[i * dimension + k]] * scales[k]
                            * factor.elements[j * dimension + k]
                    }
                    half[i * dimension + j] = sum * scales[i]
                }
            }
            for i in 0..<dimension {
                for j in 0...i {
                    var sum = 0.0
                    for k in 0...i { sum += factor.elements[i * dimension + k] * half[k * dimension + j] }
                    moments.grams[gram + i * dimension + j] = sum
                    moments.grams[gram + j * dimension + i] = sum
                }
            }
            for i in 0..<dimension {
                var response = 0.0
                var one = 0.0
                for k in 0...i {
                    let entry = factor.elements[i * dimension + k] * scales[k]
                    response += entry * lines[line + withOutcome[k]]
                    one += entry * lines[line + withConstant[k]]
                }
                var fitted = 0.0
                for k in 0..<order { fitted += moments.grams[gram + i * dimension + k] * coefficients[k] }
                moments.ones[vector + i] = one
                moments.scores[vector + i] = response - fitted
            }
            var sum = lines[line + outcomeSum]
            // e'e = y'e − b'X'e, and y'e = y'y − b'X'y.
            var squares = lines[line + outcomeSquare]
            for k in 0..<order {
                sum -= coefficients[k] * moments.ones[vector + k]
                var response = moments.scores[vector + k]
                for l in 0..<order { response += moments.grams[gram + k * dimension + l] * coefficients[l] }
                squares -= coefficients[k] * (response + moments.scores[vector + k])
            }
            moments.residualSums[cluster] = sum
            moments.residualSquares[cluster] = max(0, squares)
        }
        return moments
    }

    private func residualMetric(of moments: ClusterMoments, order: Int) -> SmallMatrix {
        guard isWeighted else { return -1 * SmallMatrix.identity(order) }
        var metric = SmallMatrix(rows: 2 * order, columns: 2 * order)
        var squaredWeights = SmallMatrix(rows: order, columns: order)
        for cluster in 0..<clusterCount {
            let block = moments.gram(cluster).block(order, order, count: order)
            for k in block.elements.indices { squaredWeights.elements[k] += block.elements[k] }
        }
        metric.replaceBlock(0, 0, with: squaredWeights)
        for k in 0..<order {
            metric[k, order + k] = -1
            metric[order + k, k] = -1
        }
        return metric
    }
}
