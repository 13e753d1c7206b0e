/// The first line of a file, and where the asked columns stand.
struct TableHeader {
    /// What a column of the file is decoded to: places in the reader's lists of columns.
    struct Column {
        var label: Int?
        var number: Int?
        var rule = NumberRule.finite
    }

    /// What is to be done at a column: `columns` again, in the form the decoding of plain rows is fastest
    /// with.
    enum Step {
        case skip
        case number(Int, NumberRule)
        case label(Int)
        case labelAndNumber
    }

    /// The names, in the order of the file.
    let names: [String]
    /// What each column of the file is decoded to.
    private(set) var columns: [Column]
    /// The same in the order of the file.
    private(set) var steps: [Step] = []
    /// The names of the columns of text, in the order of their places.
    private(set) var labels: [String] = []
    /// The names of the columns of numbers, in the order of their places.
    private(set) var numbers: [String] = []

    /// A fault for every asked name that the header does not have, or has more than once.
    private(set) var faults: [TableFault] = []
    /// What seems to stand between the cells, where it is not commas.
    let otherDelimiter: CellDelimiter?

    /// Finds the asked columns.
    init(names: [String], requests: [ColumnRequest]) {
        let names = names.map(\.withoutBlanksAround)
        self.names = names
        columns = names.map { _ in Column() }
        otherDelimiter =
            names.count > 1
            ? nil
            : [CellDelimiter.semicolon, .tab].first { names[0].utf8.contains($0.byte) }
        if let otherDelimiter, !requests.contains(where: { names.contains($0.name) }) {
            faults = [
                TableFault(
                    line: 1,
                    "the file seems to separate cells by \(otherDelimiter.rawValue)s; expected commas, or "
                        + "--delimiter \(otherDelimiter.rawValue)")
            ]
            return
        }
        for request in requests {
            let places = names.indices.filter { names[$0] == request.name }
            switch places.count {
            case 1: ask(places[0], request.kind)
            case 0: faults.append(TableHeader.unknown(request.name, names))
            default:
                let all = places.map { String($0 + 1) }.joined(separator: ", ")
                faults.append(
                    TableFault(
                        line: 1,
                        "the column '\(request.name)' stands in the header \(places.count) times, as columns "
                            + "\(all); give each a name of its own"))
            }
        }
        // One fault a name, however often it was asked for.
        var told: Set<TableFault> = []
        faults.removeAll { !told.insert($0).inserted }
        steps = columns.map { column in
            switch (column.label, column.number) {
            case (nil, nil): .skip
            case (let label?, nil): .label(label)
            case (nil, let number?): .number(number, column.rule)
            case (.some, .some): .labelAndNumber
            }
        }
    }

    private mutating func ask(_ place: Int, _ kind: ColumnRequest.Kind) {
        switch kind {
        case .label:
            if columns[place].label == nil {
                columns[place].label = labels.count
                labels.append(names[place])
            }
        case .number(let rule):
            if columns[place].number == nil {
                columns[place].number = numbers.count
                numbers.append(names[place])
            }
            // The narrowest of the rules holds: they stand in that order.
            let order = NumberRule.allCases
            if let asked = order.firstIndex(of: rule), let held = order.firstIndex(of: columns[place].rule),
                asked > held
            {
                columns[place].rule = rule
            }
        }
    }

    private static func unknown(_ name: String, _ names: [String]) -> TableFault {
        let list = names.prefix(30).map { "'\($0)'" }.joined(separator: ", ")
        return TableFault(
            line: 1,
            "the file has no column '\(name)', it has \(list)\(names.count > 30 ? " and more" : "")",
            unknownName: .init(name: name, available: names))
    }
}
