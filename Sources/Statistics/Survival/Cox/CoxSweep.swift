/// One event time while the risk sets are gone through: the moments of those at risk and of those lost.
struct CoxRiskSet {
    let covariateCount: Int
    /// Moments of the rows at risk, of width 1 + p + p(p + 1)/2; see `CoxMoments`.
    let atRisk: ArraySlice<Double>
    /// Moments of the rows lost.
    let lost: ArraySlice<Double>
    let ties: CoxTieSums

    /// Σ over losses of the covariates' mean in the risk set the loss meets.
    func meanSum(_ k: Int) -> Double {
        atRisk[atRisk.startIndex + 1 + k] * ties.inverse - lost[lost.startIndex + 1 + k] * ties.inverseF
    }

    /// Σ over losses of mean/s.
    func scaledMeanSum(_ k: Int) -> Double {
        atRisk[atRisk.startIndex + 1 + k] * ties.squared - lost[lost.startIndex + 1 + k] * ties.squaredF
    }

    /// Σ over losses of f·mean/s.
    func scaledMeanSumF(_ k: Int) -> Double {
        atRisk[atRisk.startIndex + 1 + k] * ties.squaredF - lost[lost.startIndex + 1 + k] * ties.squaredFF
    }

    /// Adds the covariates' covariance in the risk sets the losses meet, times a factor, to the upper triangle.
    func addCovariance(to matrix: inout [Double], times factor: Double = 1) {
        let p = covariateCount
        let (s, q) = (atRisk.startIndex + 1, lost.startIndex + 1)
        var place = 0
        for k in 0..<p {
            for l in k..<p {
                let second = atRisk[s + p + place] * ties.inverse - lost[q + p + place] * ties.inverseF
                let means =
                    atRisk[s + k] * atRisk[s + l] * ties.squared
                    - (atRisk[s + k] * lost[q + l] + lost[q + k] * atRisk[s + l]) * ties.squaredF
                    + lost[q + k] * lost[q + l] * ties.squaredFF
                matrix[place] += factor * (second - means)
                place += 1
            }
        }
    }
}

extension CoxModel {
    /// Goes through all event times with their risk sets, each stratum from its last to its first.
    func sweep(_ moments: CoxMoments, ties: CoxTies, _ visit: (Int, CoxRiskSet) -> Void) {
        let width = moments.width
        var atRisk = [Double](repeating: 0, count: width)
        for cell in cells.indices.reversed() {
            let isLastOfStratum =
                cell + 1 == cells.count || cells[cell + 1].stratumStart != cells[cell].stratumStart
            let leaving = groupStarts[2 * cell + 2] - groupStarts[2 * cell]
            // A fresh start whenever nobody stays at risk, so that rounding cannot pile up.
            if isLastOfStratum || Int(cells[cell].atRisk) == leaving {
                for place in 0..<width { atRisk[place] = 0 }
            } else if !moments.entering.isEmpty {
                for place in 0..<width { atRisk[place] -= moments.entering[(cell + 1) * width + place] }
            }
            let line = 2 * cell * width
            for place in 0..<width {
                atRisk[place] += moments.groups[line + place] + moments.groups[line + width + place]
            }
            guard cells[cell].events > 0 else { continue }
            let lost = moments.groups[(line + width)..<(line + 2 * width)]
            visit(
                cell,
                CoxRiskSet(
                    covariateCount: covariateCount, atRisk: atRisk[...], lost: lost,
                    ties: CoxTieSums(
                        events: cells[cell].events, atRisk: atRisk[0], lost: lost[lost.startIndex], ties: ties
                    )
                ))
        }
    }
}

/// The log partial likelihood at some coefficients, with its derivatives.
struct CoxLikelihood {
    var logLikelihood = 0.0
    /// Its gradient.
    var score: [Double]
    /// The negative of its second derivatives, by rows.
    var information: [[Double]]

    init(_ model: CoxModel, moments: CoxMoments, coefficients: [Double], ties: CoxTies) {
        let p = model.covariateCount
        var logarithms = 0.0
        var score = model.lostCovariates
        let total = zip(score, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        var upper = [Double](repeating: 0, count: p * (p + 1) / 2)
        model.sweep(moments, ties: ties) { _, riskSet in
            logarithms += riskSet.ties.logarithm
            for k in 0..<p { score[k] -= riskSet.meanSum(k) }
            riskSet.addCovariance(to: &upper)
        }
        logLikelihood = total - logarithms
        self.score = score
        information = symmetric(upper, size: p)
    }
}

extension CoxModel {
    /// Σ of the covariates of all rows lost.
    fileprivate var lostCovariates: [Double] {
        columns.map { column in
            cells.indices.reduce(0.0) { sum, cell in
                column[groupStarts[2 * cell + 1]..<groupStarts[2 * cell + 2]].reduce(sum, +)
            }
        }
    }
}

/// The rows of a symmetric matrix given by its upper triangle, row after row.
func symmetric(_ upper: [Double], size: Int) -> [[Double]] {
    var rows = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var place = 0
    for k in 0..<size {
        for l in k..<size {
            rows[k][l] = upper[place]
            rows[l][k] = upper[place]
            place += 1
        }
    }
    return rows
}
