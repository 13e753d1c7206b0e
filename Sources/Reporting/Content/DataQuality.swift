import Model
import Statistics

/// Who is in which group, whether the data may be believed, and whether one partner carries the result.
struct DataQuality: Encodable {
    struct SampleRatio: Encodable {
        var question: String
        var variants: [Variant.ID]
        var expected: [Quantity]
        var observed: [Int]
        var pValue: Quantity
        var isMismatch: Bool
    }

    struct Stream: Encodable {
        var source: Source.Name
        var stream: String
        var completedThrough: Instant?
        var facts: Int
        var rowsSetAside: Int
        var isStale: Bool
        var lastError: String?
    }

    var units: Units
    var arms: [ArmSummary]
    var sampleRatios: [SampleRatio]
    var streams: [Stream]
    var staleSources: [String]
    var rowsSetAside: Int
    var contractsWithoutKnownPartner: Int
    var contractsInOtherCurrency: Int
    var influence: [PartnerInfluence]

    struct Units: Encodable {
        var due: String
        var counted: String
        var positive: String
    }

    init(plan: Plan, look: Look) {
        let counted = CountedUnits(plan)
        let health = look.health
        units = Units(due: counted.due, counted: counted.counted, positive: counted.positive)
        arms = look.arms
        sampleRatios = health.sampleRatios.map { ratio in
            SampleRatio(
                question: ratio.question, variants: ratio.variants,
                expected: ratio.expected.map { .decimal($0, decimals: 1, orElse: "not known") },
                observed: ratio.observed, pValue: .pValue(ratio.pValue, orElse: "cannot be computed"),
                isMismatch: ratio.isMismatch)
        }
        streams = health.sources.map { status in
            Stream(
                source: status.source, stream: status.stream, completedThrough: status.completedThrough,
                facts: status.facts, rowsSetAside: status.quarantined,
                isStale: DataQuality.isStale(status, health), lastError: status.lastError)
        }
        staleSources = health.staleSources
        rowsSetAside = health.quarantinedRows
        contractsWithoutKnownPartner = health.orphanContracts
        contractsInOtherCurrency = health.otherCurrencyContracts
        influence = look.influence.map(PartnerInfluence.init)
    }
}

extension DataQuality {
    /// A stale source is recorded by its name, or as "source/stream: why".
    private static func isStale(_ status: StreamStatus, _ health: DataHealth) -> Bool {
        health.staleSources.contains {
            $0 == status.source.rawValue || $0.hasPrefix("\(status.source)/\(status.stream):")
        }
    }

    var section: Document.Section {
        var blocks: [Document.Block] = [.table(armsTable)]
        if sampleRatios.isEmpty {
            blocks.append(.paragraph("No check of the groups' sizes was recorded."))
        } else {
            blocks.append(.table(sampleRatioTable))
        }
        if streams.isEmpty {
            blocks.append(
                .paragraph("No source is read for this pilot; a trial's file is complete as it was imported.")
            )
        } else {
            blocks.append(.table(streamsTable))
        }
        blocks.append(.list(title: "Left out or set aside", items: leftOut))
        blocks += influence.flatMap(\.blocks)
        return Document.Section(anchor: "data", heading: "Data and groups", blocks: blocks)
    }

    private var leftOut: [String] {
        let rows = PlainWords.counted(rowsSetAside, "row")
        let unknown = PlainWords.counted(contractsWithoutKnownPartner, "contract")
        let other = PlainWords.counted(contractsInOtherCurrency, "contract")
        return [
            "\(rows) could not be read and \(rowsSetAside == 1 ? "was" : "were") set aside.",
            "\(unknown) of partners that are not on the roster.",
            "\(other) in another currency, left out of amounts of money.",
        ]
    }

    private var armsTable: Document.Table {
        Document.Table(
            caption: "Groups",
            columns: [
                .text("Group"), .number("Partners assigned"), .number("Partners with data"),
                .number(units.due),
                .number(units.counted), .number(units.positive), .number("Partners holding its terms"),
            ],
            rows: arms.map { arm in
                [arm.variant.rawValue]
                    + [
                        arm.partnersAssigned, arm.partnersObserved, arm.due, arm.matured, arm.renewed,
                        arm.promisesInForce,
                    ].map(NumberFormat.count)
            })
    }

    private var sampleRatioTable: Document.Table {
        Document.Table(
            caption: "Are the groups as large as the plan says?",
            columns: [.text("Question"), .text("Expected"), .text("Found"), .number("p"), .text("Answer")],
            rows: sampleRatios.map { ratio in
                let expected = zip(ratio.variants, ratio.expected).map { "\($0) \($1.text)" }
                let observed = zip(ratio.variants, ratio.observed).map { "\($0) \(NumberFormat.count($1))" }
                let answer =
                    ratio.isMismatch
                    ? "no: the difference is too large for chance"
                    : ratio.pValue.value == nil ? "cannot be told" : "yes, as far as chance goes"
                return [
                    ratio.question, expected.joined(separator: ", "), observed.joined(separator: ", "),
                    ratio.pValue.text, answer,
                ]
            })
    }

    private var streamsTable: Document.Table {
        Document.Table(
            caption: "Sources",
            columns: [
                .text("Source"), .text("Complete to"), .number("Rows read"), .number("Rows set aside"),
                .text("State"),
            ],
            rows: streams.map { stream in
                let state =
                    stream.lastError.map { "last reading stopped: \($0)" }
                    ?? (stream.isStale ? "out of date" : "ok")
                return [
                    "\(stream.source), \(stream.stream)",
                    stream.completedThrough?.description ?? "never read completely",
                    NumberFormat.count(stream.facts), NumberFormat.count(stream.rowsSetAside), state,
                ]
            })
    }
}
