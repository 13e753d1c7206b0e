import Statistics

/// The survival columns a case names, split by arm.
struct SurvivalColumns {
    let entry: [Double]?
    let time: [Double]
    let isEvent: [Bool]
    let arms: (index: [Int], labels: [String])
    let cluster: (index: [Int], labels: [String])

    /// Reads the columns that the case's arguments name; without a cluster column every row is its own.
    init(
        _ item: ReferenceCase, entry entryKey: String = "entry", time timeKey: String = "time"
    ) throws {
        let table = try item.requireTable()
        func name(_ key: String) throws -> String {
            guard let name = item.arguments[key].string else {
                throw Unsupported("the case names no column '\(key)'")
            }
            return name
        }
        entry = try item.arguments[entryKey].string.map { try table.numbers($0) }
        time = try table.numbers(name(timeKey))
        isEvent = try table.numbers(name("event")).map { $0 != 0 }
        arms =
            try item.arguments["arm"].string.map { try table.groups($0) }
            ?? ([Int](repeating: 0, count: table.rowCount), [""])
        cluster =
            try item.arguments["cluster"].string.map { try table.groups($0) }
            ?? (Array(0..<table.rowCount), (0..<table.rowCount).map(String.init))
    }

    /// All rows as one sample.
    func sample(where isKept: (Int) -> Bool = { _ in true }) throws -> SurvivalSample {
        let rows = time.indices.filter(isKept)
        return try SurvivalSample(
            cluster: rows.map { Int32(cluster.index[$0]) }, entry: rows.map { entry?[$0] ?? 0 },
            time: rows.map { time[$0] }, isEvent: rows.map { isEvent[$0] },
            clusterCount: cluster.labels.count)
    }

    /// One sample for each arm.
    func samples(where isKept: (Int) -> Bool = { _ in true }) throws -> [SurvivalSample] {
        try arms.labels.indices.map { arm in try sample { arms.index[$0] == arm && isKept($0) } }
    }

    /// The answers for every arm at every time the case asks for, column by column.
    func atTimes(
        _ item: ReferenceCase, _ answer: (Int, Double) throws -> [String: JSONValue]
    ) rethrows -> [String: JSONValue] {
        var columns: [String: [JSONValue]] = [:]
        for (arm, label) in arms.labels.enumerated() {
            for time in item.arguments["times"].elements.compactMap(\.number) {
                columns["arm", default: []].append(.string(label))
                columns["time", default: []].append(.number(time))
                for (key, value) in try answer(arm, time) { columns[key, default: []].append(value) }
            }
        }
        return columns.mapValues { .array($0) }
    }
}
