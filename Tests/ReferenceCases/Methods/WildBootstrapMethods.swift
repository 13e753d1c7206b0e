import Statistics

let wildBootstrapMethods: [String: Solver] = [:]
