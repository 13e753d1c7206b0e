import Statistics

let coxMethods: [String: Solver] = [:]
