import Model

extension PlanChanges {
    var conditions: [String] {
        var lines: [String] = []
        if before.currency != after.currency {
            lines.append("Amounts are in \(after.currency), before in \(before.currency)")
        }
        if before.paidBy != after.paidBy {
            lines.append(
                after.paidBy == .external ? "Another system pays now" : "The vendor pays now, no other system"
            )
        }
        if before.basis != after.basis {
            lines.append(
                after.basis == .addsTo
                    ? "The terms now come on top of the standard ones"
                    : "The terms now stand in place of the standard ones")
        }
        lines += [
            text(
                "The first day to sign", before.effective.from?.description, after.effective.from?.description
            ),
            text(
                "The last day to sign", before.effective.until?.description,
                after.effective.until?.description),
        ].compactMap(\.self)
        if before.rounding != after.rounding { lines.append(new.conditions.sentences.last ?? "") }
        if before.rates != after.rates { lines += exchange }
        return lines
    }

    private var exchange: [String] {
        let (was, becomes) = (sentencesOf([old.exchange]), sentencesOf([new.exchange]))
        let come = becomes.filter { !was.contains($0) }
        return come.isEmpty ? ["The exchange rates of contracts in other currencies are others"] : come
    }

    var rules: [String] {
        let escalator = part("extra for longer terms", before.escalator, after.escalator) { words in
            sentencesOf([words.escalator])
        } settings: { before, after in
            [
                rate("The extra for each further year", before.perExtraYear, after.perExtraYear),
                rate("The largest extra for longer terms", before.cap, after.cap),
                text("What longer terms add to", old.names(before.appliesTo), new.names(after.appliesTo)),
            ]
        }
        let discounts = part("rule on discounts", before.priceConcession, after.priceConcession) { words in
            sentencesOf([words.priceConcession])
        } settings: { before, after in
            let depths = Set((before.bands + after.bands).map(\.above)).sorted()
            return depths.map { depth in
                rate(
                    "What is left of pay at a discount above \(depth)",
                    before.bands.last { $0.above <= depth }?.pays ?? Rate(partsPerMillion: 1_000_000),
                    after.bands.last { $0.above <= depth }?.pays ?? Rate(partsPerMillion: 1_000_000))
            } + [text("What deep discounts cost", old.names(before.appliesTo), new.names(after.appliesTo))]
        }
        return escalator + discounts + gates
            + part("multiplier for growth", before.accelerator, after.accelerator) { words in
                sentencesOf([words.accelerator])
            } settings: { _, _ in
                []
            } + contingency
    }

    private var gates: [String] {
        let names = Set((before.gates + after.gates).map(\.name)).sorted()
        return names.flatMap { name in
            part(
                "condition '\(name)'", before.gates.first { $0.name == name },
                after.gates.first { $0.name == name }
            ) { words in
                words.plan.gates.filter { $0.name == name }.flatMap(words.gate)
            } settings: { _, _ in
                []
            }
        }
    }

    private var contingency: [String] {
        part("rule for a downturn", before.contingency, after.contingency) { words in
            sentencesOf([words.contingency])
        } settings: { before, after in
            [
                rate("The share of new contracts below which a downturn counts", before.below, after.below),
                times("What pay is multiplied by in a downturn", before.times, after.times),
                amount("What a downturn may cost in all", before.costCap, after.costCap),
                text("The first day of the rule for a downturn", "\(before.from)", "\(after.from)"),
                text("The last day of the rule for a downturn", "\(before.until)", "\(after.until)"),
                text("The period of the rule for a downturn", before.period.inWords, after.period.inWords),
                text(
                    "What is multiplied in a downturn", old.names(before.appliesTo),
                    new.names(after.appliesTo)),
            ]
        }
    }

    var guarantees: [String] {
        let limits = part("limit on pay", before.limits, after.limits) { words in
            sentencesOf([words.limits])
        } settings: { before, after in
            [
                amount("The most that is paid", before.cap, after.cap),
                amount("The least that is paid", before.floor, after.floor),
                text("The period of the limits", before.period.inWords, after.period.inWords),
            ]
        }
        let guarantee = part("guarantee", before.noWorseOff, after.noWorseOff) { words in
            sentencesOf([words.noWorseOff])
        } settings: { before, after in
            [
                text("What you are never worse off than", "'\(before.plan.id)'", "'\(after.plan.id)'"),
                text("The period of the guarantee", before.period.inWords, after.period.inWords),
                before.plan != after.plan && before.plan.id == after.plan.id
                    ? "The terms of '\(after.plan.id)', which you are never worse off than, change" : nil,
            ]
        }
        return limits + guarantee + clawback
    }

    private var clawback: [String] {
        part("rule on customers that leave early", before.clawback, after.clawback) { words in
            sentencesOf([words.clawback])
        } settings: { before, after in
            [
                count("How long a customer must stay", before.withinDays, after.withinDays, "day"),
                rate("The share taken back of a customer that leaves early", before.share, after.share),
                before.isProRata == after.isProRata
                    ? nil
                    : after.isProRata
                        ? "What is taken back is now in proportion to the days left"
                        : "What is taken back is no longer in proportion to the days left",
                text("What is taken back", old.names(before.appliesTo), new.names(after.appliesTo)),
            ]
        }
    }

    var extras: [String] {
        let was = before.treatmentTags
        let becomes = after.treatmentTags
        return becomes.filter { !was.contains($0) }.map { "New besides pay: \($0)" }
            + was.filter { !becomes.contains($0) }.map { "No longer besides pay: \($0)" }
    }
}
