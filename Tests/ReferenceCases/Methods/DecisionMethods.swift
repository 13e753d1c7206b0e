import Statistics

let decisionMethods: [String: Solver] = [:]
