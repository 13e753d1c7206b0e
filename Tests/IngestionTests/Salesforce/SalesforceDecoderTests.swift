import Model
import Testing

@testable import Ingestion

/// Answers as the documentation shows them, and as they must not be.
@Suite struct SalesforceDecoderTests {
    private static let fields = ["Contract.EndDate", "Id", "IsDeleted", "MasterRecordId", "SystemModstamp"]

    @Test func readsAPage() throws {
        let page = try Self.page(
            #"""
            {"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v61.0/query/01g-2000","records":[
            {"attributes":{"type":"O","url":"/a"},"Id":"001D000000IRFma","SystemModstamp":"2026-03-01T10:00:00.000+0000",
             "IsDeleted":false,"MasterRecordId":null,"Contract":{"attributes":{"type":"Contract"},"EndDate":"2026-04-30"}},
            {"attributes":{"type":"O"},"Id":"001D000000IRFmbIAH","SystemModstamp":"2026-03-01T10:00:00.000+0000",
             "IsDeleted":true,"MasterRecordId":"001D000000IRFma","Contract":null},
            {"attributes":{"type":"O"},"Id":"001D000000IRFmcIAH","SystemModstamp":"2026-03-01T10:00:01.000+0000",
             "IsDeleted":true,"MasterRecordId":null,"Contract":null}]}
            """#)
        #expect(page.total == 3 && page.next == "/services/data/v61.0/query/01g-2000")
        #expect(
            page.rows == [
                RowIdentity(id: "001D000000IRFmaIAH", version: "2026-03-01T10:00:00.000+0000"),
                RowIdentity(
                    id: "001D000000IRFmbIAH", version: "2026-03-01T10:00:00.000+0000",
                    state: .merged(into: "001D000000IRFmaIAH")),
                RowIdentity(
                    id: "001D000000IRFmcIAH", version: "2026-03-01T10:00:01.000+0000", state: .deleted),
            ])
        #expect(page.records[0, 0] == .text("2026-04-30") && page.records[1, 0] == .absent)
        // The cell says what the identity says: fields that name the record must lead to it.
        #expect(page.records[0, 1] == .text("001D000000IRFmaIAH"))
    }

    @Test(arguments: [
        "<html><body>We are down for maintenance</body></html>", "", "null", "[]", "{}",
        #"{"totalSize":10,"done":false,"records":[]}"#,
        #"{"totalSize":10,"done":false,"nextRecordsUrl":7,"records":[]}"#,
        #"{"totalSize":10,"done":true,"records":[{"Id":"003"}]}"#,
        #"{"totalSize":10,"done":true,"records":[{"SystemModstamp":"2026-03-01T10:00:05.000+0000"}]}"#,
        #"{"totalSize":10,"done":true,"records":[{"Id":"0'3","SystemModstamp":"2026-03-01T10:00:05.000+0000"}]}"#,
        #"{"totalSize":10,"done":true,"records":[{"Id":"3","SystemModstamp":"2026-03-01T10:00:05"}]}"#,
        #"{"totalSize":-1,"done":true,"records":[]}"#, #"{"totalSize":"ten","done":true,"records":[]}"#,
        #"{"totalSize":1.5,"done":true,"records":[]}"#, #"{"totalSize":1,"done":"yes","records":[]}"#,
        #"{"totalSize":10,"done":false,"nextRecordsUrl":"/services/data/x","records":[{"Id":"003","Sys"#,
        #"{"totalSize":1,"done":true,"records":[]} trailing"#,
        #"{"totalSize":2,"done":true,"records":[{"Id":"1","SystemModstamp":"2026-03-01T10:00:05.000+0000"},"#
            + #"{"Id":"2","SystemModstamp":"2026-03-01T10:00:04.000+0000"}]}"#,
    ])
    func refusesABadPageWhole(_ body: String) {
        #expect(throws: SalesforcePageFault.self) { try Self.page(body) }
    }

    @Test func readsTheLogOfDeletions() throws {
        let log = try SalesforceDeletions(
            parsing: Array(
                #"""
                {"deletedRecords":[{"id":"001D000000IRFmaIAH","deletedDate":"2026-03-01T09:00:00.000+0000"}],
                "earliestDateAvailable":"2026-02-16T00:00:00.000+0000","latestDateCovered":"2026-03-01T10:00:00.000+0000"}
                """#.utf8))
        #expect(
            log.rows == [
                RowIdentity(
                    id: "001D000000IRFmaIAH", version: "2026-03-01T09:00:00.000+0000", state: .deleted)
            ])
        #expect(log.earliest == Instant(iso: "2026-02-16T00:00:00Z"))
        #expect(log.latest == Instant(iso: "2026-03-01T10:00:00Z"))
    }

    /// Seconds are ignored by Salesforce: rounding up would ask for the future, and less than a minute for nothing.
    @Test(arguments: [
        ("10:00:30", "10:59:59", "10:00:00", "10:59:00", 59),
        ("10:00:05", "10:00:40", "09:59:00", "10:00:00", 1),
        ("10:00:00", "10:00:00", "09:59:00", "10:00:00", 1),
    ])
    func spansAreWholeMinutes(
        _ lower: String, _ upper: String, _ start: String, _ end: String, _ minutes: Int64
    ) throws {
        func moment(_ time: String) throws -> Instant {
            try #require(Instant(iso: "2026-03-01T\(time)Z"))
        }
        let span = SalesforceSpan(lower: try moment(lower), upper: try moment(upper))
        let (first, last) = (try moment(start), try moment(end))
        #expect(span.start == first && span.end == last && span.minutes == minutes)
        #expect(span.first(minutes: 0).minutes == 1 && span.first(minutes: 1000) == span)
    }

    @Test(arguments: [
        (#"{"id":"7501","state":"UploadComplete"}"#, SalesforceBulkJob.State.running),
        (#"{"id":"7501","state":"InProgress","numberRecordsProcessed":0}"#, .running),
        (#"{"id":"7501","state":"JobComplete","numberRecordsProcessed":12}"#, .complete(rows: 12)),
        (#"{"id":"7501","state":"Failed","errorMessage":"a\u0007b"}"#, .failed("ab")),
        (#"{"id":"7501","state":"Failed"}"#, .failed("Salesforce does not say why")),
        (#"{"id":"7501","state":"Aborted"}"#, .failed("somebody aborted it")),
    ])
    func readsAJob(_ body: String, _ expected: SalesforceBulkJob.State) throws {
        #expect(try SalesforceBulkJob(parsing: Array(body.utf8)).state == expected)
    }

    @Test(arguments: [
        "{}", #"{"id":"../x","state":"InProgress"}"#, #"{"id":"7501","state":"Dreaming"}"#,
        #"{"id":"7501","state":"JobComplete"}"#,
    ])
    func refusesAJobItDoesNotUnderstand(_ body: String) {
        #expect(throws: SalesforcePageFault.self) { try SalesforceBulkJob(parsing: Array(body.utf8)) }
    }

    /// Columns in another order, a NUL byte, a line break, doubled quotes, empty values, Windows line ends.
    @Test func readsAChunkAsTheRESTAPIWouldHaveSentIt() throws {
        let csv =
            "\"SystemModstamp\",\"Id\",\"Name\",\"Amount\",\"IsWon\"\r\n"
            + "\"2026-03-01T10:00:00.000Z\",\"0061\",\"A\u{0} \"\"B\"\",\nC\",\"1.2E7\",\"true\"\r\n"
            + "\"2026-03-01T10:00:01.000Z\",\"0062\",\"\",\"\",\"false\"\r\n"
        let batch = try SalesforceBulkChunk.records(
            parsing: Array(csv.utf8), fields: ["Amount", "Id", "IsWon", "Name", "SystemModstamp"],
            types: [
                "Amount": "currency", "IsWon": "boolean", "Name": "string", "SystemModstamp": "datetime",
                "Id": "id",
            ])
        #expect(
            (0..<5).map { batch[0, $0] } == [
                .number("1.2E7"), .text("0061"), .bool(true), .text("A \"B\",\nC"),
                .text("2026-03-01T10:00:00.000+0000"),
            ])
        #expect(
            (0..<5).map { batch[1, $0] } == [
                .absent, .text("0062"), .bool(false), .absent, .text("2026-03-01T10:00:01.000+0000"),
            ])
        let rows = try SalesforceRows(batch, stamp: "SystemModstamp")
        #expect(rows.rows.map(\.id) == ["0061", "0062"])
    }

    @Test(arguments: [
        "", "\"Id\"\n\"1\"\n", "\"Id\",\"Name\"\n\"1\"\n", "\"Id\",\"Name\"\n\"1\",\"2\",\"3\"\n",
        "\"Id\",\"Name\"\n\"1\",\"unfinished\n", "\"Id\",\"Name\"\n\"1\",\"a\"b\n",
    ])
    func refusesABrokenChunk(_ csv: String) {
        #expect(throws: SalesforcePageFault.self) {
            try SalesforceBulkChunk.records(parsing: Array(csv.utf8), fields: ["Id", "Name"], types: [:])
        }
    }

    @Test func refusesAChunkThatIsNotUTF8() {
        #expect(throws: SalesforcePageFault.self) {
            try SalesforceBulkChunk.records(
                parsing: Array("Id\n".utf8) + [0xff, 0xfe, 10], fields: ["Id"], types: [:])
        }
    }

    @Test(arguments: [
        (["SystemModstamp": true, "LastModifiedDate": true], "SystemModstamp"),
        (["SystemModstamp": false, "LastModifiedDate": true, "CreatedDate": true], "LastModifiedDate"),
        (["SystemModstamp": false, "CreatedDate": true], "CreatedDate"), (["LoginTime": true], "LoginTime"),
        (["SystemModstamp": false], nil), ([:], nil),
    ])
    func theStampIsTheFirstThatMayBeFilteredBy(_ stamps: [String: Bool], _ expected: String?) {
        let object = SalesforceObject(
            name: "X",
            fields: stamps.map {
                SalesforceObject.Field(name: $0.key, type: "datetime", isFilterable: $0.value)
            })
        #expect(object.stampField == expected)
    }

    private static func page(_ body: String) throws -> SalesforcePage {
        try SalesforcePage(parsing: Array(body.utf8), fields: fields, stamp: "SystemModstamp")
    }
}
