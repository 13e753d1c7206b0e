import Statistics

let quantileMethods: [String: Solver] = [:]
