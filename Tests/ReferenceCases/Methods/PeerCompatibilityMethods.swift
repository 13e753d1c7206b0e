import Statistics

let peerCompatibilityMethods: [String: Solver] = [:]
