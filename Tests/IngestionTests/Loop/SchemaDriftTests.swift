import Model
import Testing

@testable import Ingestion

@Suite struct SchemaDriftTests {
    private func schema(_ fields: [String: String]) -> SourceSchema {
        SourceSchema(fields: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, type: $0.value) })
    }

    @Test func aMappedFieldThatIsGoneStopsTheStreamAndNamesTheNearest() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.page(["a=1"], next: nil)],
            schema: schema(["id": "id", "v": "string"]))
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        source.answer([], at: [at(1000)], schema: schema(["id": "id", "V2": "string"]))
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .unmappable)
        #expect(ended.detail.contains("'v'") && ended.detail.contains("did you mean 'V2'?"))
        #expect(source.asked.isEmpty)
    }

    @Test func newFieldsAndOtherTypesAreTold() async throws {
        let plan = windows(listsIdentities: true)
        let first = try SchemaDrift(
            schema(["id": "id", "v": "string"]), against: nil, plan: plan, source: "crm")
        #expect(first.events.isEmpty && first.snapshot != nil)
        let same = try SchemaDrift(
            schema(["id": "id", "v": "string"]), against: first.snapshot, plan: plan, source: "crm")
        #expect(same.events.isEmpty && same.snapshot == nil)
        let other = try SchemaDrift(
            schema(["id": "id", "v": "double", "new": "string"]), against: first.snapshot, plan: plan,
            source: "crm")
        #expect(other.events.map(\.kind) == [.newField, .typeChanged])
        #expect(other.events[1].detail.contains("'string'") && other.events[1].detail.contains("'double'"))
    }

    @Test func aPreviewShowsWhatBecomesOfEachRowAndStoresNothing() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)],
            [.page(["a=1", "b=bad", "c=2"], next: "x", count: .chain(total: 900, starts: true))])
        let preview = try await preview(source, source.plan, map: mapPartners, limit: 1)
        #expect(preview.total == 900 && preview.rowsOnPage == 3 && preview.quarantined.map(\.place) == ["b"])
        #expect(
            preview.rows == [
                .init(
                    id: "a",
                    values: [
                        .init(target: "attributes.v", value: "1", from: [.init(field: "v", value: "1")]),
                        .init(target: "partner", value: "a", from: [.init(field: "id", value: "a")]),
                    ])
            ])
    }
}
