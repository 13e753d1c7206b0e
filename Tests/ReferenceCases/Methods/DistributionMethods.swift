import Statistics

let distributionMethods: [String: Solver] = [:]
