import Testing

@testable import Reporting

@Suite struct AxisScaleTests {
    @Test func mapsEndsToEndsAndClampsBeyond() {
        let scale = AxisScale(values: -1...3, coordinates: (start: 100, end: 500))
        #expect(scale(-1) == 100)
        #expect(scale(3) == 500)
        #expect(scale(1) == 300)
        #expect(scale.clamped(9) == 500)
    }

    @Test func ticksAreRoundNumbers() {
        #expect(AxisScale.ticks(from: 0, to: 84, target: 5) == [0, 20, 40, 60, 80])
        #expect(AxisScale.ticks(from: -0.9, to: 2.3, target: 4) == [0, 1, 2])
        #expect(AxisScale.ticks(from: 2, to: 2, target: 4) == [2])
    }

    @Test func aSingleValueStillHasAnAxis() {
        let scale = AxisScale(values: 0.4...0.4, coordinates: (start: 0, end: 10))
        #expect(scale(0.4) == 5)
    }

    @Test func oneWildIntervalDoesNotFlattenTheOthers() {
        let range = AxisScale.effectRange(core: [-0.02, 0.05], wide: [-0.9, 0.9])
        #expect(range.lowerBound > -0.2)
        #expect(range.upperBound < 0.2)
        #expect(range.contains(-0.02) && range.contains(0.05) && range.contains(0))
    }
}

@Suite struct SVGElementTests {
    @Test func escapesTextAndAttributes() {
        let element = SVGElement("text", ["class": "a\"b"], text: "<&>'")
        #expect(element.markup == "<text class=\"a&quot;b\">&lt;&amp;&gt;&#39;</text>")
    }

    @Test(arguments: [
        (1.0, "1"), (-0.5, "-0.5"), (2.006, "2.01"), (0.001, "0"), (-0.004, "0"), (12.04, "12.04"),
        (.nan, "0"),
    ])
    func writesShortCoordinates(value: Double, expected: String) {
        #expect(SVGElement.coordinate(value) == expected)
    }

    @Test func everyChartHasANameAndADescription() throws {
        for (name, report) in Reports.all {
            for block in report.content.document.sections.flatMap(\.blocks) {
                guard case .figure(let figure) = block else { continue }
                let markup = figure.chart.markup
                #expect(markup.contains("role=\"img\""), "\(name)")
                #expect(markup.contains("<title id=") && markup.contains("<desc id="), "\(name)")
                #expect(!figure.table.rows.isEmpty, "\(name)")
            }
        }
    }

    @Test func aPlanWithOneLookAndOnePointDraws() throws {
        let markup = Reports.report(LookFixture.gain(week: 1), []).content.document.sections
            .flatMap(\.blocks).compactMap { block -> String? in
                if case .figure(let figure) = block { figure.chart.markup } else { nil }
            }.joined()
        #expect(!markup.contains("nan") && !markup.contains("inf"))
    }
}
