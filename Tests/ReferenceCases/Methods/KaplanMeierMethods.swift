import Statistics

let kaplanMeierMethods: [String: Solver] = [:]
