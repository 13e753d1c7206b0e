import Foundation
import Incentives
import Model
import Testing

@Suite struct WordsOfPlanTests {
    private func part(
        _ subject: PlanSentences.Subject, of plan: IncentivePlan, _ index: Int = 0
    ) throws -> PlanSentences.Part {
        let parts = sentences(of: plan).parts(about: subject)
        return try #require(parts.indices.contains(index) ? parts[index] : nil)
    }

    @Test func aSlicedCommissionSaysEachSliceAndAddsUpItsExample() throws {
        let part = try part(.commission, of: everything())
        #expect(part.heading == "Commission on new contracts")
        #expect(
            part.sentences == [
                "You earn 8 % of the first 50,000.00 EUR that you sign in a calendar quarter, and 10 % of what lies above.",
                "Only new contracts count, no renewals, each with its annual amount; it is earned on the day signed.",
                "The count begins at 0.00 EUR again with every calendar quarter.",
                "It waits for 'value-proven', see \"What pay waits for\".",
            ])
        #expect(
            part.example
                == "75,000.00 EUR in a quarter earn 8 % of 50,000.00 EUR + 10 % of 25,000.00 EUR = 6,500.00 EUR"
        )
    }

    @Test func aCommissionWithOneRateNeedsNoSlices() throws {
        let terms = TieredCommission(
            basis: .newBookings, scheme: .marginal, period: .quarter,
            tiers: [.init(from: 0, rate: percent(10))])
        let part = try part(.commission, of: incentives(commission: terms))
        #expect(
            part.sentences.first == "You earn 10 % of the annual amount of each new contract that you sign.")
        #expect(
            part.example
                == "a contract that counts with 12,000.00 EUR earns 10 % of 12,000.00 EUR = 1,200.00 EUR")
    }

    @Test func aCliffNamesTheRateOfEachStepAndTheBuffer() throws {
        let part = try part(.commission, of: everything(), 1)
        #expect(
            part.sentences.prefix(1) == [
                "Your recurring revenue in a calendar month sets one rate for all of it: 1 % below 10,000.00 EUR and 2 % from 10,000.00 EUR."
            ])
        #expect(
            part.sentences.suffix(2) == [
                "The mean of the last 4 calendar months sets the rate where it is more than the month's own volume.",
                "A rate that you no longer reach is kept for at most 1 calendar month in a row.",
            ])
        #expect(part.example == "15,000.00 EUR in a month earn 2 % of 15,000.00 EUR = 300.00 EUR")
    }

    /// r = 0.85 / 1.1; 0.8 × (1 − r⁵) / (1 − r) = 2.550219, worked apart.
    @Test func theExpectedValueShowsFormulaAndNumbers() throws {
        let part = try part(.payBase, of: everything())
        #expect(part.heading == "The expected value over 5 years")
        #expect(part.sentences[1].contains("((1 − 15 %) / (1 + 10 %)) to the power of k"))
        #expect(part.sentences.last == "A contract counts with at most 60,000.00 EUR.")
        #expect(
            part.example
                == "the factor is 2.550219, so 12,000.00 EUR a year count as 30,602.63 EUR")
    }

    @Test func bonusesSayWhenTheyArePaid() throws {
        let plan = try everything()
        #expect(
            try part(.renewalBonus, of: plan).sentences == [
                "You earn 4 % of the expected value over 5 years of each contract that renews another, on the day it is signed.",
                "It is paid 90 days after the new term's start if the customer is still there then, and not at all otherwise.",
            ])
        #expect(
            try part(.healthWeight, of: plan).sentences.first
                == "The renewal bonus is multiplied by 0.5 from 0 on, 1 from 60 on and 1.25 from 80 on.")
        #expect(
            try part(.recurringBonus, of: plan).sentences == [
                "You earn 2 % of the recurring revenue of each contract signed under these terms, after every month from its start, for as long as it stays.",
                "What is earned in the first 3 months is paid together once the contract has run so long, and not at all if it ends before.",
                "It ends 24 months after the contract's start, or with the contract.",
            ])
        #expect(
            try part(.recurringBonus, of: plan).example
                == "12,000.00 EUR a year earn 20.00 EUR after the first month, 240.00 EUR in a year")
    }

    @Test func rebateAndFixedSumsSayTheirNumbers() throws {
        let plan = try everything()
        #expect(
            try part(.rebate, of: plan).example
                == "150,000.00 EUR in a quarter earn 2 % of 50,000.00 EUR = 1,000.00 EUR")
        #expect(
            try part(.milestoneBonus, of: plan).sentences.prefix(3) == [
                "For each new contract that reaches 'go-live' you earn 800.00 EUR by day 30 and 500.00 EUR by day 60.",
                "'go-live' reached after day 60 earns nothing.",
                "For each contract, new or renewed, that reaches 'first-usage' you earn 200.00 EUR, whenever that is.",
            ])
        #expect(try part(.milestoneBonus, of: plan).example == "'go-live' reached on day 31 earns 500.00 EUR")
        // ln 2 / ln 4
        #expect(
            try part(.diversificationBonus, of: plan).example
                == "half in one 'region' and half in another is a spread of 0.5 and earns 500.00 EUR")
        #expect(
            try part(.coMarketing, of: plan).example == "a year of these terms is 2,000.00 EUR of marketing")
    }

    @Test func rulesAndGuaranteesSayTheirNumbers() throws {
        let plan = try everything()
        let examples: [(PlanSentences.Subject, String)] = [
            (.exchange, "at the rate of 2027-01-04, 1.085 USD for 1 EUR, 12,000.00 USD are 11,059.91 EUR"),
            (
                .escalator,
                "a contract of 24 months that counts with 12,000.00 EUR earns another 1 % of 12,000.00 EUR = 120.00 EUR"
            ),
            (.priceConcession, "at a discount of 16 %, 1,000.00 EUR become 500.00 EUR"),
            (.cap, "a bonus of 6,250.00 EUR is paid as 5,000.00 EUR"),
            (.gates, "pay of 1,000.00 EUR that waits for 'onboarded', met on day 90, is paid on day 90"),
            (.accelerator, "1,000.00 EUR of a quarter become 1,100.00 EUR"),
            (.contingency, "1,000.00 EUR of such a quarter become 1,200.00 EUR"),
            (.limits, "60,000.00 EUR in a quarter are paid as 50,000.00 EUR"),
            (
                .noWorseOff,
                "1,000.00 EUR where 'today' would have paid 1,250.00 EUR are lifted by 250.00 EUR"
            ),
            (.clawback, "a customer that leaves after 90 days takes back 500.00 EUR of 1,000.00 EUR"),
        ]
        for (subject, example) in examples {
            #expect(try part(subject, of: plan).example == example, "\(subject)")
        }
        #expect(
            try part(.gates, of: plan).sentences[2]
                == "'value-proven' is met when 'health' is at least 10 higher than at the start by day 180, 'adoption' is at least 0.6 by day 120 and 'onboarded' is met."
        )
    }

    @Test func conditionsSayPayerDatesAndCurrency() throws {
        var plan = try everything()
        #expect(
            try part(.conditions, of: plan).sentences == [
                "The vendor pays you, in EUR.", "These terms stand in place of the standard ones.",
                "They apply to contracts that you sign from 2027-01-01 to 2027-12-31.",
                "Every amount is rounded to 0.01 EUR; exactly half goes to the even neighbour.",
            ])
        plan.paidBy = .external
        plan.effective = EffectiveDates()
        #expect(
            try part(.conditions, of: plan).sentences.first
                == "Another system pays you, in EUR; what is owed is shown here and is not paid a second time."
        )
        plan.rates = nil
        #expect(
            try part(.exchange, of: plan).sentences == [
                "A contract in another currency than EUR is shown without an amount: these terms have no exchange rates."
            ])
    }

    @Test func partsStandInTheOrderInWhichRulesApply() throws {
        let subjects = try sentences(of: everything()).parts.map(\.subject)
        let order = subjects.compactMap(PlanSentences.Subject.allCases.firstIndex)
        #expect(order == order.sorted())
        #expect(Set(subjects) == Set(PlanSentences.Subject.allCases))
    }

    @Test func everyComponentHasSentencesOfItsOwn() throws {
        let plan = try everything()
        for component in plan.components {
            #expect(!sentences(on: component, of: plan).isEmpty, "\(component)")
        }
    }

    @Test func everySentenceIsOne() throws {
        for sentence in try sentences(of: everything()).parts.flatMap(\.sentences) {
            #expect(sentence.last == "." && sentence.first?.isLowercase != true, "\(sentence)")
            #expect(!sentence.contains("  ") && !sentence.contains("nil"), "\(sentence)")
        }
    }

    /// The left column of the glossary's second list.
    @Test func sentencesUsePlainWords() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let glossary = try String(contentsOf: root.appending(path: "docs/GLOSSARY.md"), encoding: .utf8)
        let list = try #require(glossary.components(separatedBy: "## Plain words in reports").last)
        let words = list.components(separatedBy: "\n").compactMap { line in
            line.hasPrefix("| `") ? line.components(separatedBy: "`").dropFirst().first : nil
        }
        let plan = try everything()
        let flow = revenueFlow(plan: plan, payouts: [])
        let text =
            sentences(of: plan).parts.flatMap { [$0.heading, $0.example ?? ""] + $0.sentences }
            + flow.risks.map(\.sentence)
        for word in words {
            let pattern = "(?<![\\w-])\(NSRegularExpression.escapedPattern(for: word))s?(?![\\w-])"
            let found = text.first {
                $0.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
            }
            #expect(found == nil, "'\(word)'")
        }
    }
}
