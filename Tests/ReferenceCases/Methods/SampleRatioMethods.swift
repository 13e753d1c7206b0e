import Statistics

let sampleRatioMethods: [String: Solver] = [:]
