import Statistics

let boundaryMethods: [String: Solver] = [:]
