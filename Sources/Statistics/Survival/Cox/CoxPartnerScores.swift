extension CoxModel {
    /// Each partner's sum of score residuals, p numbers a partner, at the coefficients of the moments.
    ///
    /// The residual of a row with covariates z and weight w is δ(z − z̄) − w·Σ (z − mean)/s over the losses it is at
    /// risk for, z̄ being the mean the losses of its own time meet. Under Efron's ties a row lost meets a share
    /// 1 − f of its own time's losses.
    ///
    /// - Source: Therneau & Grambsch (2000), Modeling Survival Data, §4.6 and §7.1.
    func partnerScores(_ moments: CoxMoments, ties: CoxTies) -> [Double] {
        let p = covariateCount
        let size = p + 1
        // For each cell the sums of 1/s and of mean/s, what a row lost there meets of them, and z̄.
        var met = [Double](repeating: 0, count: (cells.count + 1) * size)
        var metByLost = [Double](repeating: 0, count: cells.count * size)
        var mean = [Double](repeating: 0, count: cells.count * p)
        sweep(moments, ties: ties) { cell, riskSet in
            let ties = riskSet.ties
            met[(cell + 1) * size] = ties.inverse
            metByLost[cell * size] = ties.inverse - ties.inverseF
            for k in 0..<p {
                met[(cell + 1) * size + 1 + k] = riskSet.scaledMeanSum(k)
                metByLost[cell * size + 1 + k] = riskSet.scaledMeanSum(k) - riskSet.scaledMeanSumF(k)
                mean[cell * p + k] = riskSet.meanSum(k) / ties.events
            }
        }
        // Sums over the cells before each; a stratum's own sums are differences.
        for place in size..<met.count { met[place] += met[place - size] }

        var scores = [Double](repeating: 0, count: clusterCount * p)
        for group in 0..<(2 * cells.count) {
            let cell = group / 2
            let isLost = group % 2 == 1
            let through = (0..<size).map { k in
                isLost
                    ? met[cell * size + k] + metByLost[cell * size + k] : met[(cell + 1) * size + k]
            }
            let start = Int(cells[cell].stratumStart)
            let rows = groupStarts[group]..<groupStarts[group + 1]
            for k in 0..<p {
                addScores(
                    of: k, rows: rows, weights: moments.weights, gain: isLost ? 1 : 0,
                    center: isLost ? mean[cell * p + k] : 0, exposure: through[0] - met[start * size],
                    weightedExposure: through[1 + k] - met[start * size + 1 + k], to: &scores)
            }
        }
        if !firstCell.isEmpty { addDelay(moments.weights, met: met, to: &scores) }
        return scores
    }

    /// Adds gain·(z − center) − w·(z·exposure − weightedExposure) of a group's rows to their partners' scores.
    private func addScores(
        of k: Int, rows: Range<Int>, weights: [Double], gain: Double, center: Double, exposure: Double,
        weightedExposure: Double, to scores: inout [Double]
    ) {
        let p = covariateCount
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            unsafe design.withUnsafeBufferPointer { design in
                unsafe weights.withUnsafeBufferPointer { weights in
                    unsafe cluster.withUnsafeBufferPointer { cluster in
                        for row in rows {
                            let z = unsafe design[k * columnLength + row]
                            unsafe scores[Int(cluster[row]) * p + k] +=
                                gain * (z - center) - weights[row] * (z * exposure - weightedExposure)
                        }
                    }
                }
            }
        }
    }

    /// Gives back what was taken for the times before rows with delayed entry were at risk.
    private func addDelay(_ weights: [Double], met: [Double], to scores: inout [Double]) {
        let p = covariateCount
        let size = p + 1
        for cell in cells.indices {
            let start = Int(cells[cell].stratumStart) * size
            for row in groupStarts[2 * cell]..<groupStarts[2 * cell + 2] {
                let first = Int(firstCell[row]) * size
                guard first > start else { continue }
                let exposure = met[first] - met[start]
                for k in 0..<p {
                    let weighted = met[first + 1 + k] - met[start + 1 + k]
                    scores[Int(cluster[row]) * p + k] +=
                        weights[row] * (covariate(k, row) * exposure - weighted)
                }
            }
        }
    }

    /// Σ of the outer products of the partners' scores, by rows.
    func meat(_ scores: [Double]) -> [[Double]] {
        let p = covariateCount
        var upper = [Double](repeating: 0, count: p * (p + 1) / 2)
        for line in stride(from: 0, to: scores.count, by: p) {
            var place = 0
            for k in 0..<p {
                for l in k..<p {
                    upper[place] += scores[line + k] * scores[line + l]
                    place += 1
                }
            }
        }
        return symmetric(upper, size: p)
    }
}
