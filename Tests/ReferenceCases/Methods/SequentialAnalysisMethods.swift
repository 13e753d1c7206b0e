import Statistics

let sequentialAnalysisMethods: [String: Solver] = [:]
