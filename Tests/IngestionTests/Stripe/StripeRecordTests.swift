import Model
import Testing

@testable import Ingestion

@Suite struct StripeRecordTests {
    @Test(arguments: [
        // 3 × 1,000 a month, and 5 a year: 36,000 + 5.
        (item("month", 1, "1000", 3) + "," + item("year", 1, "5", 1), "36005"),
        // Every third month 100: four times a year.
        (item("month", 3, "100", 1), "400"), (item("week", 2, "10", 1), "260"),
        (item("day", 1, "2", 1), "730"),
        // Every second year 7 and every second year 7: 3.5 + 3.5.
        (item("year", 2, "7", 1) + "," + item("year", 2, "7", 1), "7"),
        // Four times a quarter of a cent a month.
        (item("month", 1, "0.25", 4), "12"), (item("month", 1, "0", 9), "0"),
    ])
    func amountsOfAYearAreExact(_ items: String, _ expected: String) throws {
        #expect(try subscription(items).value("@annualAmount") == .number(expected))
    }

    @Test(arguments: [
        (item("year", 2, "7", 1), "7/2 minor units"), (item("month", 5, "1", 1), "12/5 minor units"),
        ("", "no items"), (item("decade", 1, "1", 1), "unknown interval 'decade'"),
        (
            #"{"id":"si","price":{"unit_amount":null,"recurring":{"interval":"month","interval_count":1}}}"#,
            "tiers"
        ),
        (
            #"{"id":"si","price":{"unit_amount":5,"recurring":{"interval":"month","interval_count":1,"usage_type":"metered"}}}"#,
            "metered"
        ), (item("month", 1, "9000000000000000000", 9), "more than can be counted"),
        (#"{"id":"si","price":{"unit_amount":5,"recurring":null}}"#, "no recurring price"),
    ])
    func whatIsNoAmountSaysWhy(_ items: String, _ words: String) throws {
        guard case .text(let reason) = try subscription(items).value("@annualAmount") else {
            Issue.record("expected a reason")
            return
        }
        #expect(reason.contains(words), "\(reason)")
        #expect(plainDecimal(reason) == nil, "a reason must never be read as an amount")
    }

    /// Stripe writes 5,000 krónur as 500000, 5,000 yen as 5000 and 5,000 ariary as 5000; ISO 4217 counts 5000, 5000
    /// and 500000.
    @Test(arguments: [
        ("isk", "500000", FieldValue.number("5000")), ("ugx", "500000", .number("5000")),
        ("jpy", "5000", .number("5000")), ("mga", "5000", .number("500000")),
        ("kwd", "5000", .number("5000")),
        ("isk", "50", .text("50 in hundredths of a currency that has none")), ("isk", "0", .number("0")),
    ])
    func minorUnitsAreTheStandards(_ currency: String, _ amount: String, _ expected: FieldValue) throws {
        let record = try subscription(
            item("year", 1, amount, 1),
            #""currency":"\#(currency)","amount_paid":\#(amount),"created":\#(amount)"#)
        #expect(record.value("amount_paid") == expected)
        #expect(record.value("created") == .number(amount), "a moment is no amount")
        if case .number = expected { #expect(record.value("@annualAmount") == expected) }
    }

    @Test func periodsAreReadFromEitherPlace() throws {
        let old = try subscription("", #""current_period_start":10,"current_period_end":20"#)
        #expect(
            old.value("@currentPeriodStart") == .number("10")
                && old.value("@currentPeriodEnd") == .number("20"))
        let new = try subscription(
            #"{"current_period_start":5,"current_period_end":6},{"current_period_start":4,"current_period_end":9}"#
        )
        #expect(
            new.value("@currentPeriodStart") == .number("4") && new.value("@currentPeriodEnd") == .number("9")
        )
        #expect(try subscription("").value("@currentPeriodEnd") == .absent)
    }

    @Test func cancellationsAreAnnouncedInTwoWays() throws {
        let end = #""current_period_end":20,"#
        #expect(try subscription("", end + #""cancel_at":15"#).value("@cancelAt") == .number("15"))
        #expect(
            try subscription("", end + #""cancel_at":null,"cancel_at_period_end":true"#).value("@cancelAt")
                == .number("20"))
        #expect(try subscription("", end + #""cancel_at_period_end":false"#).value("@cancelAt") == .absent)
    }

    @Test(arguments: [
        (#""discounts":[]"#, FieldValue.absent), (#""discount":null"#, .absent),
        (#""discount":{"coupon":{"percent_off":12.5}}"#, .number("12.5")),
        (#""discounts":[{"coupon":{"percent_off":10}}]"#, .number("10")),
        (#""discounts":[{"source":{"coupon":{"percent_off":10}}}]"#, .number("10")),
        (#""discounts":["di_1"]"#, .text("a discount whose coupon was not delivered")),
        (
            #""discounts":[{"coupon":{"amount_off":500,"percent_off":null}}]"#,
            .text("a discount of an amount, not a percentage")
        ),
        (#""discounts":[{},{}]"#, .text("2 discounts, not one percentage")),
    ])
    func discountsAreAPercentageOrSayWhyNot(_ members: String, _ expected: FieldValue) throws {
        #expect(try subscription("", members).value("@discountPercent") == expected)
    }

    @Test func otherFieldsAreStripesOwn() throws {
        let record = try subscription("", #""metadata":{"partner_id":"p1"},"ended_at":null"#)
        #expect(record.value("metadata.partner_id") == .text("p1") && record.value("ended_at") == .absent)
    }
}

private func item(_ interval: String, _ count: Int, _ amount: String, _ quantity: Int) -> String {
    #"{"id":"si","quantity":\#(quantity),"price":{"unit_amount_decimal":"\#(amount)","#
        + #""recurring":{"interval":"\#(interval)","interval_count":\#(count),"usage_type":"licensed"}}}"#
}

private func subscription(_ items: String, _ members: String = #""id":"sub""#) throws -> StripeRecord {
    StripeRecord(
        try JSONValue(parsing: Array(#"{"items":{"data":[\#(items)],"has_more":false},\#(members)}"#.utf8)))
}
