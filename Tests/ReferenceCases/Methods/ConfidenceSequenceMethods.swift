import Statistics

let confidenceSequenceMethods: [String: Solver] = [:]
