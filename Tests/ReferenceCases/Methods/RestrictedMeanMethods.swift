import Statistics

let restrictedMeanMethods: [String: Solver] = [:]
