import Statistics

let multiplicityMethods: [String: Solver] = [:]
