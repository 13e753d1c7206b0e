import Statistics

let powerMethods: [String: Solver] = [:]
