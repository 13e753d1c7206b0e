/// One event time while the risk sets are gone through: the moments of those at risk and of those lost.
struct CoxRiskSet {
    let covariateCount: Int
    /// Moments of the rows at risk, of width 1 + p + p(p + 1)/2; see `CoxMoments`.
    fileprivate(set) var atRisk: [Double]
    /// Moments of the rows lost.
    fileprivate(set) var lost: [Double]
    fileprivate(set) var ties: CoxTieSums

    /// Σ over losses of the covariates' mean in the risk set the loss meets.
    func meanSum(_ k: Int) -> Double {
        atRisk[1 + k] * ties.inverse - lost[1 + k] * ties.inverseF
    }

    /// Σ over losses of mean/s.
    func scaledMeanSum(_ k: Int) -> Double {
        atRisk[1 + k] * ties.squared - lost[1 + k] * ties.squaredF
    }

    /// Σ over losses of f·mean/s.
    func scaledMeanSumF(_ k: Int) -> Double {
        atRisk[1 + k] * ties.squaredF - lost[1 + k] * ties.squaredFF
    }

    /// Adds the covariates' covariance in the risk sets the losses meet, times a factor, to the upper triangle.
    func addCovariance(to matrix: inout [Double], times factor: Double = 1) {
        let p = covariateCount
        var place = 0
        for k in 0..<p {
            for l in k..<p {
                let second = atRisk[1 + p + place] * ties.inverse - lost[1 + p + place] * ties.inverseF
                let means =
                    atRisk[1 + k] * atRisk[1 + l] * ties.squared
                    - (atRisk[1 + k] * lost[1 + l] + lost[1 + k] * atRisk[1 + l]) * ties.squaredF
                    + lost[1 + k] * lost[1 + l] * ties.squaredFF
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
        var riskSet = CoxRiskSet(covariateCount: covariateCount, width: width)
        for cell in cells.indices.reversed() {
            let isLastOfStratum =
                cell + 1 == cells.count || cells[cell + 1].stratumStart != cells[cell].stratumStart
            let leaving = groupStarts[2 * cell + 2] - groupStarts[2 * cell]
            // A fresh start whenever nobody stays at risk, so that rounding cannot pile up.
            if isLastOfStratum || Int(cells[cell].atRisk) == leaving {
                for place in 0..<width { riskSet.atRisk[place] = 0 }
            } else if !moments.entering.isEmpty {
                for place in 0..<width {
                    riskSet.atRisk[place] -= moments.entering[(cell + 1) * width + place]
                }
            }
            let line = 2 * cell * width
            for place in 0..<width {
                riskSet.lost[place] = moments.groups[line + width + place]
                riskSet.atRisk[place] += moments.groups[line + place] + riskSet.lost[place]
            }
            guard cells[cell].events > 0 else { continue }
            riskSet.ties = CoxTieSums(
                events: cells[cell].events, atRisk: riskSet.atRisk[0], lost: riskSet.lost[0], ties: ties)
            visit(cell, riskSet)
        }
    }
}

extension CoxRiskSet {
    fileprivate init(covariateCount: Int, width: Int) {
        self.covariateCount = covariateCount
        atRisk = [Double](repeating: 0, count: width)
        lost = atRisk
        ties = CoxTieSums(events: 1, atRisk: 1, lost: 1, ties: .breslow)
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
        var score = [Double](repeating: 0, count: p)
        for place in model.lost.indices { score[place % p] += model.lost[place] }
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
