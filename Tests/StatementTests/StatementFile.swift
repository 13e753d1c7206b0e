import Documents
import Foundation
import Model

/// A statement worked out by hand from docs/PLANS.md: a plan, a book, a day and the lines owed.
struct WorkedStatement: Sendable {
    /// A line as a finance person writes it down.
    struct Line: Sendable, Hashable {
        var partner: Partner.ID
        var earnedOn: Day
        var payableOn: Day?
        var state: Payout.State
        var component: PlanComponent
        var rule: PlanRule
        var contract: Contract.ID?
        var occasion: String
        /// `nil` where the specification does not say what the line counts as its base.
        var base: Int64?
        var amount: Int64
        /// The arithmetic, "8 % × 40,000.00 = 3,200.00".
        var why: String
        /// What the engine's explanation must print.
        var says: [String] = []
    }

    var file: String
    var title: String
    /// The plan's files: name and text.
    var planFiles: [(name: String, text: String)] = []
    var contracts: [ContractFact] = []
    var milestones: [MilestoneFact] = []
    var readings: [ReadingFact] = []
    var terms: [TermsRow] = []
    var asOf: Day?
    var lines: [Line] = []
    var total: Int64?
    var currency: Currency

    /// Days on which a partner holds a version of a plan.
    struct TermsRow: Sendable {
        var partner: Partner.ID
        var plan: IncentivePlan.ID
        var version: Int
        var from: Day
        var until: Day
    }

    /// The partner where a statement names none.
    static let partner: Partner.ID = "p"
}

extension WorkedStatement: CustomStringConvertible {
    var description: String { "\(file): \(title)" }
}

/// What is wrong with a statement's file.
struct StatementFault: Error, CustomStringConvertible {
    var place: String
    var message: String

    var description: String { "\(place): \(message)" }
}

extension WorkedStatement {
    var book: Book {
        let partners = Set(contracts.map(\.partner) + terms.map(\.partner) + [WorkedStatement.partner])
        let sequences = contracts.enumerated().map { ($1.contract, Int64($0 + 1)) }
        return Book(
            sequence: Int64(contracts.count),
            partners: partners.map { PartnerFact(partner: $0, attributes: [:]) },
            contracts: contracts, observations: [:],
            contractSequences: Dictionary(sequences, uniquingKeysWith: { first, _ in first }),
            milestones: milestones.enumerated().map { .init(sequence: 1001 + Int64($0), $1) },
            readings: readings.enumerated().map { .init(sequence: 2001 + Int64($0), $1) })
    }

    /// Reads the plans as a programme would, from files beside each other.
    func plans() throws -> [IncentivePlan] {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "statement-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for plan in planFiles {
            let file = directory.appending(path: plan.name)
            try Data(plan.text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        }
        return try planFiles.map { try loadIncentivePlan(at: directory.appending(path: $0.name).path) }
    }

    /// The terms of each partner that has any: those of the `terms` table, or the first plan on all days.
    func segments(of plans: [IncentivePlan]) throws -> [(partner: Partner.ID, segments: [TermsSegment])] {
        guard let first = plans.first else { throw fault("there is no plan") }
        guard !terms.isEmpty else {
            guard let from = Day(iso: "2000-01-01"), let until = Day(iso: "2099-12-31") else { return [] }
            return [(WorkedStatement.partner, [TermsSegment(plan: first, from: from, until: until)])]
        }
        var accounts: [(partner: Partner.ID, segments: [TermsSegment])] = []
        for row in terms {
            guard let plan = plans.first(where: { $0.id == row.plan && $0.version == row.version }) else {
                throw fault("there is no version \(row.version) of the plan '\(row.plan)'")
            }
            let segment = TermsSegment(plan: plan, from: row.from, until: row.until)
            if let place = accounts.firstIndex(where: { $0.partner == row.partner }) {
                accounts[place].segments.append(segment)
            } else {
                accounts.append((row.partner, [segment]))
            }
        }
        return accounts
    }

    func fault(_ message: String) -> StatementFault { StatementFault(place: description, message: message) }
}

/// Reads the statements of a Markdown file: `##` begins one, its plans are `yaml` blocks, its facts and lines are
/// tables that are told apart by their headers. All other text is for the reader.
struct StatementFile {
    private enum Table {
        case contracts, milestones, readings, terms, lines, prose

        init(_ header: [String]) {
            let columns = Set(header)
            self =
                if columns.isSuperset(of: ["contract", "customer", "signed", "annual"]) {
                    .contracts
                } else if columns == ["contract", "milestone", "reached"] {
                    .milestones
                } else if columns == ["customer", "measure", "value", "observed"] {
                    .readings
                } else if columns.isSuperset(of: ["plan", "version", "from", "until"]) {
                    .terms
                } else if columns.isSuperset(of: ["earned", "payable", "rule", "amount", "why"]) {
                    .lines
                } else { .prose }
        }
    }

    let name: String
    let text: String

    func statements() throws -> [WorkedStatement] {
        var statements: [WorkedStatement] = []
        var block: [String]?
        var header: [String]?
        for (index, raw) in text.components(separatedBy: "\n").enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            let place = "\(name):\(index + 1)"
            if line == "```yaml" {
                block = []
            } else if line == "```", let yaml = block {
                block = nil
                try take(yaml: yaml, into: &statements, at: place)
            } else if block != nil {
                block?.append(raw)
            } else if line.hasPrefix("## ") {
                statements.append(
                    WorkedStatement(
                        file: name, title: String(line.dropFirst(3)), currency: try currency("EUR", at: place)
                    ))
            } else if line.hasPrefix("|") {
                let cells = StatementFile.cells(line)
                guard let columns = header else {
                    header = cells
                    continue
                }
                if cells.allSatisfy({ $0.allSatisfy { "-:".contains($0) } && !$0.isEmpty }) { continue }
                guard cells.count == columns.count else {
                    throw StatementFault(
                        place: place, message: "\(cells.count) cells under \(columns.count) headers")
                }
                let row = Row(
                    cells: Dictionary(zip(columns, cells), uniquingKeysWith: { first, _ in first }),
                    place: place)
                try take(row, of: Table(columns), into: &statements)
            } else if !statements.isEmpty {
                if line.hasPrefix("As of "), line.utf8.count == 17 {
                    statements[statements.count - 1].asOf = try Row(cells: [:], place: place)
                        .day(String(line.dropFirst(6).dropLast()))
                } else if line.hasPrefix("Total payable: ") {
                    try take(total: line, into: &statements[statements.count - 1], at: place)
                }
            }
            if !line.hasPrefix("|") { header = nil }
        }
        return statements
    }

    private static func cells(_ line: String) -> [String] {
        line.dropFirst().dropLast(line.hasSuffix("|") ? 1 : 0).components(separatedBy: "|")
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func currency(_ code: String, at place: String) throws -> Currency {
        guard let currency = Currency(code) else {
            throw StatementFault(place: place, message: "'\(code)' is no currency")
        }
        return currency
    }

    private func take(yaml: [String], into statements: inout [WorkedStatement], at place: String) throws {
        func value(_ key: String) -> String? {
            yaml.first { $0.hasPrefix("\(key):") }
                .map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) }
        }
        guard !statements.isEmpty, let id = value("plan"), let code = value("currency") else {
            throw StatementFault(
                place: place, message: "a plan names its plan and currency under a statement's title")
        }
        let version = value("version") ?? "1"
        if statements[statements.count - 1].planFiles.isEmpty {
            statements[statements.count - 1].currency = try currency(code, at: place)
        }
        let name = version == "1" ? "\(id).yaml" : "\(id)@\(version).yaml"
        statements[statements.count - 1].planFiles.append((name, yaml.joined(separator: "\n") + "\n"))
    }

    private func take(total line: String, into statement: inout WorkedStatement, at place: String) throws {
        let words = line.dropFirst("Total payable: ".count).split(separator: " ").map(String.init)
        guard words.count == 2, words[1] == statement.currency.code else {
            throw StatementFault(place: place, message: "expected a total such as 'Total payable: 1.00 EUR'")
        }
        statement.total = try Row(cells: [:], place: place).amount(
            words[0], digits: statement.currency.exponent)
    }

    private func take(_ row: Row, of table: Table, into statements: inout [WorkedStatement]) throws {
        guard let last = statements.indices.last, table != .prose else { return }
        let digits = statements[last].currency.exponent
        switch table {
        case .prose: break
        case .contracts: statements[last].contracts.append(try row.contract())
        case .milestones:
            statements[last].milestones.append(
                MilestoneFact(
                    contract: .init(try row.text("contract")), milestone: try row.text("milestone"),
                    reachedOn: try row.day(row.text("reached"))))
        case .readings:
            statements[last].readings.append(
                ReadingFact(
                    customer: .init(try row.text("customer")), measure: try row.text("measure"),
                    value: try row.amount(row.text("value"), digits: 6),
                    observedOn: try row.day(row.text("observed"))))
        case .terms:
            statements[last].terms.append(
                .init(
                    partner: row.partner, plan: .init(try row.text("plan")),
                    version: Int(try row.amount(row.text("version"), digits: 0)),
                    from: try row.day(row.text("from")), until: try row.day(row.text("until"))))
        case .lines: statements[last].lines.append(try row.line(digits: digits))
        }
    }
}

/// A row of a table by its headers.
private struct Row {
    var cells: [String: String]
    var place: String

    /// `nil` for an empty cell or a column that is not there.
    func optional(_ column: String) -> String? { cells[column].flatMap { $0.isEmpty ? nil : $0 } }

    func text(_ column: String) throws -> String {
        guard let text = optional(column) else {
            throw StatementFault(place: place, message: "the cell '\(column)' is empty")
        }
        return text
    }

    var partner: Partner.ID { optional("partner").map { .init($0) } ?? WorkedStatement.partner }

    func day(_ text: String) throws -> Day {
        guard let day = Day(iso: text) else {
            throw StatementFault(place: place, message: "'\(text)' is not a day")
        }
        return day
    }

    /// "1,234.5" in units of so many digits after the point.
    func amount(_ text: String, digits: Int) throws -> Int64 {
        let isNegative = text.hasPrefix("-") || text.hasPrefix("−")
        let parts = text.drop { $0 == "-" || $0 == "−" }.filter { $0 != "," }
            .split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard (1...2).contains(parts.count), fraction.count <= digits,
            let units = Int64(parts[0] + fraction + String(repeating: "0", count: digits - fraction.count))
        else { throw StatementFault(place: place, message: "'\(text)' is no number of \(digits) digits") }
        return isNegative ? -units : units
    }

    private func choice<Value: RawRepresentable>(_ column: String, _: Value.Type = Value.self) throws -> Value
    where Value.RawValue == String {
        let text = try text(column)
        guard let value = Value(rawValue: text) else {
            throw StatementFault(place: place, message: "'\(text)' is no \(column)")
        }
        return value
    }

    func contract() throws -> ContractFact {
        let code = try text("currency")
        guard let currency = Currency(code) else {
            throw StatementFault(place: place, message: "'\(code)' is no currency")
        }
        let discount = optional("discount")?.replacingOccurrences(of: " %", with: "") ?? "0"
        var attributes: [String: String] = [:]
        for attribute in (optional("attributes") ?? "").components(separatedBy: ", ") where !attribute.isEmpty
        {
            let parts = attribute.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw StatementFault(place: place, message: "'\(attribute)' is no attribute")
            }
            attributes[parts[0]] = parts[1]
        }
        return ContractFact(
            contract: .init(try text("contract")), partner: partner, customer: .init(try text("customer")),
            renews: optional("renews").map { .init($0) }, signedOn: try day(text("signed")),
            startsOn: try day(text("starts")), endsOn: try day(text("ends")),
            cancelledOn: try optional("cancelled").map(day),
            annualAmount: Money(
                minorUnits: try amount(text("annual"), digits: currency.exponent), currency: currency),
            discount: Rate(partsPerMillion: try amount(discount, digits: 4)),
            attributes: attributes.isEmpty ? nil : attributes)
    }

    func line(digits: Int) throws -> WorkedStatement.Line {
        WorkedStatement.Line(
            partner: partner, earnedOn: try day(text("earned")), payableOn: try optional("payable").map(day),
            state: try choice("state"), component: try choice("component"), rule: try choice("rule"),
            contract: optional("contract").map { .init($0) }, occasion: try text("occasion"),
            base: try optional("base").map { try amount($0, digits: digits) },
            amount: try amount(text("amount"), digits: digits), why: try text("why"),
            says: (optional("says") ?? "").components(separatedBy: "; ").filter { !$0.isEmpty })
    }
}
