import Foundation
import Incentives
import Model
import Testing

/// The engine against statements that were worked out by hand.
@Suite struct HandWorkedStatements {
    private static let all = Result {
        let directory = try #require(Bundle.module.url(forResource: "Statements", withExtension: nil))
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        return try names.filter { $0.hasSuffix(".md") }.sorted().flatMap { name in
            let text = try String(contentsOf: directory.appending(path: name), encoding: .utf8)
            return try StatementFile(name: name, text: text).statements()
        }
    }

    static let statements = (try? all.get()) ?? []

    @Test func everyFileIsRead() throws {
        let statements = try HandWorkedStatements.all.get()
        #expect(statements.count >= 134)
        for (title, same) in Dictionary(grouping: statements, by: \.description) {
            #expect(same.count == 1, "'\(title)' stands there \(same.count) times")
        }
    }

    @Test(arguments: statements) func sumsAreRight(_ statement: WorkedStatement) throws {
        let rounding = try #require(try statement.plans().first).rounding
        let payable = statement.lines.filter { $0.state == .payable }
        #expect(payable.reduce(0) { $0 + $1.amount } == statement.total, "\(statement)")
        for line in statement.lines {
            let words = line.why.components(separatedBy: ": ").last ?? ""
            let sides = words.components(separatedBy: " = ")
            try #require(sides.count == 2, "'\(line.why)' does not end in '= an amount' (\(statement))")
            for side in sides {
                #expect(
                    StatementArithmetic.minorUnits(
                        side.replacingOccurrences(of: "-", with: "0 − "), rounding, in: statement.currency)
                        == line.amount, "'\(side)' in '\(line.why)' (\(statement))")
            }
        }
    }

    @Test(arguments: statements) func theEngineOwesWhatWasWorkedOut(_ statement: WorkedStatement) throws {
        let asOf = try #require(statement.asOf, "\(statement) has no day")
        let accounts = try statement.segments(of: statement.plans()).map {
            EarningAccount(partner: $0.partner, segments: $0.segments)
        }
        let payouts = payouts(of: accounts, in: EarningBook(statement.book), asOf: asOf)
        let differences = StatementDifferences(
            expected: statement.lines, actual: payouts, in: statement.currency)
        #expect(
            differences.isEmpty,
            "\(statement)\n(− worked out, + the engine's; bases are compared where they are told)\n\(differences)"
        )
        #expect(Set(payouts.map(\.key)).count == payouts.count, "two lines share a key (\(statement))")
        let paid = payouts.filter { $0.state == .payable }
        #expect(paid.reduce(0) { $0 + $1.amount } == statement.total)
        #expect(paid.allSatisfy { ($0.payableOn.map { $0 <= asOf } ?? false) && $0.earnedOn <= asOf })
    }
}

/// What is missing from an engine's lines, and what is too much. Lines of 0 that a statement does not name are no
/// difference: the engine may say why nothing is owed.
struct StatementDifferences: CustomStringConvertible {
    private struct Key: Hashable {
        var partner: Partner.ID
        var contract: Contract.ID?
        var component: PlanComponent
        var rule: PlanRule
        var occasion: String
    }

    private(set) var description = ""
    var isEmpty: Bool { description.isEmpty }

    init(expected: [WorkedStatement.Line], actual: [Payout], in currency: Currency) {
        var left = Dictionary(grouping: actual) {
            Key(
                partner: $0.partner, contract: $0.contract, component: $0.component, rule: $0.rule,
                occasion: $0.occasion)
        }
        func spelled(_ amount: Int64?) -> String {
            amount.map { Money(minorUnits: $0, currency: currency).description } ?? "any"
        }
        func words(_ line: WorkedStatement.Line) -> String {
            "\(line.earnedOn) \(line.payableOn?.description ?? "(no day)") \(line.state) \(line.component) \(line.rule) "
                + "\(line.partner) \(line.contract?.rawValue ?? "(no contract)") '\(line.occasion)' "
                + "base \(spelled(line.base)) amount \(spelled(line.amount))"
        }
        for line in expected {
            let key = Key(
                partner: line.partner, contract: line.contract, component: line.component, rule: line.rule,
                occasion: line.occasion)
            // Two plans of one period may have a line of one key each.
            let place = left[key]?.firstIndex { $0.amount == line.amount } ?? left[key]?.indices.last
            let found = place.flatMap { left[key]?.remove(at: $0) }
            var same = found.map { WorkedStatement.Line($0) }
            if line.base == nil { same?.base = nil }
            same?.why = line.why
            same?.says = line.says
            let printed = found.map(StatementDifferences.printed) ?? ""
            let unsaid = line.says.filter { !printed.contains($0) }
            if same == line, found?.currency == currency, unsaid.isEmpty { continue }
            let missing = unsaid.isEmpty ? "" : " (to be said: \(unsaid.joined(separator: "; ")))"
            description += "− \(words(line)): \(line.why)\(missing)\n"
            if let found {
                description += "+ \(words(.init(found))): \(StatementDifferences.printed(found))\n"
            }
        }
        for found in left.values.joined().sorted(by: { $0.earnedOn < $1.earnedOn }) where found.amount != 0 {
            description += "+ \(words(.init(found))): \(found.explanation)\n"
        }
    }
}

extension StatementDifferences {
    /// The line's words and its exchange rate.
    private static func printed(_ payout: Payout) -> String {
        let rate = payout.conversion.map {
            " [\($0.perUnit) millionths of \($0.currency), "
                + "\($0.on), \($0.source)]"
        }
        return payout.explanation + (rate ?? "")
    }
}

extension WorkedStatement.Line {
    init(_ payout: Payout) {
        self.init(
            partner: payout.partner, earnedOn: payout.earnedOn, payableOn: payout.payableOn,
            state: payout.state,
            component: payout.component, rule: payout.rule, contract: payout.contract,
            occasion: payout.occasion, base: payout.base, amount: payout.amount, why: payout.explanation)
    }
}
