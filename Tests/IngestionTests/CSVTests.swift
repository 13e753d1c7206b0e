import Model
import Testing

@testable import Ingestion

@Suite struct CSVTests {
    @Test func readsQuotesLineBreaksAndEmptyFields() throws {
        let records = try read("\u{feff}a,b\r\n\"x, \"\"y\"\"\nz\",\r\n\n,\"\"")
        #expect(
            records.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } } == [
                ["a", "b"], ["x, \"y\"\nz", ""], ["", ""],
            ])
        #expect(records.map(\.line) == [1, 2, 5])
    }

    @Test func theLastLineEndIsOptional() throws {
        #expect(try read("a\n1\n") == read("a\n1"))
        #expect(try read("").isEmpty)
    }

    @Test(arguments: [("a\n\"x", 2), ("a\nx\"y", 2), ("a\n\n\"x\"y", 3), ("\"a\nb\"c", 2)])
    func saysWhereTheStructureBreaks(_ text: String, _ line: Int) {
        let fault = #expect(throws: CSVFault.self) { try read(text) }
        #expect(fault?.line == line)
    }

    @Test func importsPartnersWithTheirOtherColumnsAsAttributes() throws {
        let page = try load("partner,name,region,tier\np1,Acme,EMEA,gold\np2,\"B, Co\",,\n", .partner)
        #expect(page.records.map(\.nativeID) == ["p1", "p2"])
        #expect(
            page.records.map(\.body) == [
                .partner(PartnerFact(partner: "p1", attributes: ["region": "EMEA", "tier": "gold"])),
                .partner(PartnerFact(partner: "p2", attributes: [:])),
            ])
        #expect(
            page.records.map(\.name) == [
                SubjectName(kind: .partner, id: "p1", name: "Acme"),
                SubjectName(kind: .partner, id: "p2", name: "B, Co"),
            ])
    }

    @Test func importsContractsUnderOtherColumnNames() throws {
        let text =
            "ID,partner,customer,signedOn,startsOn,endsOn,MRR\nc1,p,k,2026-01-01,2026-01-01,2026-12-31,100.5\n"
        var mapping = CSVMapping(kind: .contract, fields: ["contract": "ID", "annualAmount": "MRR"])
        mapping.amountPeriod = .month
        mapping.currency = Currency("EUR")
        let page = try importCSV(Array(text.utf8), stream: "contracts", mapping: mapping, source: "file")
        guard case .contract(let fact) = page.records.first?.body else {
            Issue.record("\(page.quarantined)")
            return
        }
        #expect(fact.contract == "c1" && fact.annualAmount.minorUnits == 120_600)
        #expect(page.records.first?.nativeID == "c1" && page.records.first?.nativeVersion == "line 2")
    }

    @Test func observationsAreKnownByTheirPlaceOrTheirID() throws {
        let text =
            "id,partner,customer,outcome,observedOn,baseline\n7,p,k1,1,2026-01-01,0.25\n8,p,k2,no,2026-01-01,\n"
        let placed = try load(text, .observation)
        #expect(placed.records.map(\.nativeID) == ["row 1", "row 2"])
        var mapping = CSVMapping(kind: .observation)
        mapping.id = "id"
        let named = try importCSV(Array(text.utf8), stream: "s", mapping: mapping, source: "file")
        #expect(named.records.map(\.nativeID) == ["7", "8"])
        guard case .observation(let first) = named.records[0].body else {
            Issue.record("\(named.records[0].body) is no observation")
            return
        }
        #expect(first.outcome && first.baseline == 0.25 && first.customer == "k1")
    }

    @Test func quarantinesARowWithItsLine() throws {
        let bytes =
            Array("partner,name\np1,\"two\nlines\"\np2\n,x\np4,\n".utf8) + [112, 53, 44, 0xff, 10]
        let page = try importCSV(bytes, stream: "s", mapping: CSVMapping(kind: .partner), source: "file")
        #expect(page.records.map(\.nativeID) == ["p1", "p4"])
        #expect(page.quarantined.map(\.place) == ["line 4", "line 5", "line 7"])
        #expect(page.quarantined[0].reason.contains("has 1 fields; the header has 2"))
    }

    @Test(arguments: [
        (
            "partnr,name\np,x\n",
            "no column 'partner' (found name, partnr); rename 'partnr' to 'partner'"
        ),
        ("partner;name\np;x\n", "'partner;name' is one column; separate by commas, not semicolons"),
        ("partner,partner,name\n", "the column 'partner' occurs twice"), ("", "the file is empty"),
        ("partner,name\np,\"x\n", "line 2: a quoted field does not end"),
    ])
    func refusesAFileItCannotRead(_ text: String, _ expected: String) {
        let error = #expect(throws: SourceError.self) { try load(text, .partner) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }

    private func read(_ text: String) throws -> [CSVRecord] {
        var reader = CSVReader(Array(text.utf8))
        var records: [CSVRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func load(_ text: String, _ kind: FactKind) throws -> OutcomePage {
        try importCSV(Array(text.utf8), stream: "s", mapping: CSVMapping(kind: kind), source: "file")
    }
}
