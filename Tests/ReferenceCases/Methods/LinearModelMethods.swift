import Statistics

let linearModelMethods: [String: Solver] = [:]
