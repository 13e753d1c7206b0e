import Statistics

let randomizationMethods: [String: Solver] = [:]
