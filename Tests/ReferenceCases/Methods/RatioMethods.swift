import Statistics

let ratioMethods: [String: Solver] = [:]
