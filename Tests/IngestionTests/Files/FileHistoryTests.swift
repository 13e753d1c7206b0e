import Model
import Testing

@testable import Ingestion

/// What later files of a stream may do to what earlier ones told.
@Suite struct FileHistoryTests {
    private static let columns = "contract,partner,customer,signedOn,startsOn,endsOn,annualAmount,currency"
    private static let values = ",p,k,2026-01-01,2026-01-01,2026-12-31,100,EUR"

    /// Contracts by their ids and what stands in the columns behind the needed ones.
    private func contracts(_ columns: [String] = [], _ rows: [(String, [String])]) -> [UInt8] {
        let lines = rows.map { id, more in ([id + Self.values] + more).joined(separator: ",") }
        return Array(
            (([([Self.columns] + columns).joined(separator: ",")] + lines).joined(separator: "\n") + "\n")
                .utf8)
    }

    private let stream = FileStream(content: .kind(.contract), path: "/in", format: .csv)

    private func refusal(_ source: FileSource, from token: String? = nil) async -> SourceError? {
        await #expect(throws: SourceError.self) { try await source.read(0, from: token) }
    }

    // MARK: - Columns

    @Test func aColumnThatEarlierFilesHadMustStayEvenAfterARestart() async throws {
        let disk = Disk([:])
        disk.write("/in/1.csv", contracts([], [("c0", [])]))
        disk.write("/in/2.csv", contracts(["cancelledOn"], [("c1", ["2026-05-01"])]))
        let before = disk.source(stream).streams[0].mapping
        let first = try await disk.source(stream).read(0)
        #expect(first.rows.map(\.id) == ["c0", "c1"])
        disk.write("/in/3.csv", contracts([], [("c1", [])]))
        let source = disk.source(stream)
        #expect(source.streams[0].mapping == before, "the mapping depends on a file")
        let error = await refusal(source, from: first.token)
        #expect(error?.kind == .unmappable)
        #expect(
            error?.detail.contains(
                "file '/in/3.csv', line 1: there is no column 'cancelledOn', and earlier files of the stream had it"
            )
                == true, "\(error?.detail ?? "")")
        #expect(error?.detail.contains("add the column, empty where there is no value") == true)
        disk.write("/in/3.csv", contracts(["discount", "cancelledOn"], [("c1", ["5", ""])]))
        let second = try await source.read(0, from: first.token)
        #expect(second.rows.map(\.id) == ["c1"])
        disk.write("/in/4.csv", contracts(["cancelledOn"], [("c1", [""])]))
        #expect(await refusal(source, from: second.token)?.detail.contains("'discount'") == true)
    }

    @Test func allFilesOfAWalkAreCheckedBeforeItsFirstRecord() async throws {
        let disk = Disk([:])
        disk.write("/in/1.csv", contracts(["cancelledOn"], [("c1", ["2026-05-01"])]))
        let broken: [[UInt8]] = [
            contracts([], [("c1", [])]), [], Array("contract,partner\n".utf8),
            contracts(["cancelledOn"], [("c1", [""]), ("\"c2\"x", [""])]),
            contracts(["cancelledOn"], [("c1", [""])]).dropLast(20),
            contracts(["cancelledOn"], [("c1", [""])]) + [0xff, 10],
        ]
        for bytes in broken {
            disk.write("/in/2.csv", bytes)
            let source = disk.source(stream)
            let error = await #expect(throws: SourceError.self) {
                try await source.page(of: source.streams[0], in: .full(upper: noon), after: nil)
            }
            #expect(error?.detail.contains("file '/in/2.csv'") == true, "\(error?.detail ?? "")")
        }
        disk.write("/in/2.csv", contracts(["cancelledOn"], [("c1", [""])]))
        #expect(try await disk.source(stream).read(0).rows.map(\.id) == ["c1", "c1"])
    }

    @Test func columnsBecomeAttributesByTheFileTheyStandIn() async throws {
        let disk = Disk([:])
        disk.write("/in/1.csv", contracts(["note"], [("c0", ["x"])]))
        disk.write("/in/2.csv", contracts(["attribute.region", "attribute."], [("c1", ["EMEA", "y"])]))
        let source = disk.source(stream)
        let plan = source.streams[0]
        let mapper = StreamMapper(mapping: plan.mapping)
        let first = try await source.page(of: plan, in: .full(upper: noon), after: nil)
        let second = try await source.page(of: plan, in: .full(upper: noon), after: first.next)
        let attributes = [first, second].flatMap { mapper.map(page: $0).records }.map { record in
            if case .contract(let fact) = record.body { fact.attributes } else { ["not": "a contract"] }
        }
        #expect(attributes == [nil, ["region": "EMEA"]])
        let last = try await source.page(of: plan, in: .full(upper: noon), after: second.next)
        // What nobody reads may go, an attribute may not.
        disk.write("/in/3.csv", contracts([], [("c1", [])]))
        let error = await refusal(source, from: last.token)
        #expect(error?.detail.contains("there is no column 'attribute.region',") == true)
        #expect(error?.detail.contains("note") == false)
    }

    @Test func amountsNeedTheColumnOfTheirCurrency() async throws {
        let disk = Disk(["/in/1.csv": "payment,partner,component,paidOn,amount\n"])
        let stream = FileStream(content: .kind(.payment), path: "/in", format: .csv)
        #expect(await refusal(disk.source(stream))?.detail.contains("there is no column 'currency'") == true)
    }

    // MARK: - Rows

    @Test func rowsThatCannotBeReadAreSetAsideAndClosedOnceTheyAreMended() async throws {
        let disk = Disk([:])
        disk.write(
            "/in/1.csv", Array("name,id,n\na,1,1\nb\nc,,3\nd,4,4,4\ne,5,5\n".utf8))
        var named = FileStream(content: .mapping(.deal("name")), path: "/in", format: .csv)
        named.id = "id"
        let source = disk.source(named)
        let mapper = StreamMapper(mapping: source.streams[0].mapping)
        let page = try await source.page(of: source.streams[0], in: .full(upper: noon), after: nil)
        let (records, aside) = mapper.map(page: page)
        #expect(records.map(\.nativeID) == ["1", "5"])
        #expect(aside.map(\.place) == ["1.csv line 3", "1.csv line 4", "1.csv line 5"])
        #expect(
            aside.map(\.reason) == [
                "has 1 fields; the header has 3", "the field 'id' is empty; it identifies the record",
                "has 4 fields; the header has 3",
            ])
        #expect(aside.map(\.payload) == [#"{"name":null}"#, #"{"name":"c"}"#, #"{"name":null}"#])
        let last = try await source.page(of: source.streams[0], in: .full(upper: noon), after: page.next)
        // Line 3 is mended, line 4 is not, line 5 is gone.
        disk.write("/in/1.csv", Array("name,id,n\na,1,1\nb,2,2\nc,,3\n".utf8))
        let again = try await source.read(0, from: last.token)
        #expect(again.rows.map(\.id) == ["1", "2", "1.csv line 4", "1.csv line 3", "1.csv line 5"])
        #expect(again.rows.map(\.state) == [.live, .live, .live, .deleted, .deleted])
        // Touched only: what is known of its lines stays known.
        disk.write("/in/1.csv", Array("name,id,n\na,1,1\nb,2,2\nc,,3\n".utf8))
        let touched = try await source.read(0, from: again.token)
        #expect(touched.rows.isEmpty)
        disk.write("/in/1.csv", Array("name,id,n\na,1,1\nb,2,2\nc,3,3\n".utf8))
        #expect(
            try await source.read(0, from: touched.token).rows.map(\.id) == ["1", "2", "3", "1.csv line 4"])
    }

    // MARK: - Order

    @Test func whatWasSaidBeforeCountsAgainWhenALaterFileSaysItOnceMore() async throws {
        let disk = Disk([:])
        disk.write("/in/1.csv", contracts(["discount"], [("c1", ["1"])]))
        disk.write("/in/2.csv", contracts(["discount"], [("c1", ["2"])]))
        let source = disk.source(stream)
        let first = try await source.read(0)
        disk.write("/in/3.csv", contracts(["discount"], [("c1", ["1"])]))
        let second = try await source.read(0, from: first.token)
        #expect(second.values.map { $0["discount"] } == ["1"])
        // Behind the same bytes it says nothing.
        disk.write("/in/4.csv", contracts(["discount"], [("c1", ["1"])]))
        #expect(try await source.read(0, from: second.token).rows.isEmpty)
    }

    @Test func recordsThatOnlyTheirPlaceNamesAreNotDoubledByACopy() async throws {
        let text = "partner,outcome,observedOn\np,1,2026-01-01\n"
        let disk = Disk(["/in/1.csv": text, "/in/2.csv": "partner,outcome,observedOn\np,0,2026-01-01\n"])
        let source = disk.source(FileStream(content: .kind(.observation), path: "/in", format: .csv))
        let first = try await source.read(0)
        #expect(first.rows.map(\.id) == ["1.csv row 1", "2.csv row 1"])
        disk.write("/in/3.csv", Array(text.utf8))
        #expect(try await source.read(0, from: first.token).rows.isEmpty)
    }

    @Test func aFileThatComesLateIsFollowedByThoseBehindIt() async throws {
        let disk = Disk([:])
        disk.write("/in/2.csv", contracts([], [("c2", [])]))
        disk.write("/in/4.csv", contracts([], [("c4", [])]))
        let source = disk.source(stream)
        let first = try await source.read(0)
        disk.write("/in/3.csv", contracts([], [("c3", [])]))
        let second = try await source.read(0, from: first.token)
        #expect(second.rows.map(\.id) == ["c3", "c4"])
        disk.remove("/in/4.csv")
        disk.write("/in/3.csv", contracts([], [("c3", []), ("c9", [])]))
        let error = await refusal(source, from: second.token)
        #expect(error?.detail.contains("its name sorts before '4.csv', which was read and is gone") == true)
        disk.remove("/in/3.csv")
        disk.write("/in/5.csv", contracts([], [("c9", [])]))
        #expect(try await source.read(0, from: second.token).rows.map(\.id) == ["c9"])
    }

    @Test func anotherMappingReadsWhatIsThereButNotPastWhatIsGone() async throws {
        let disk = Disk(["/in/1.csv": "name,other\na,x\n", "/in/2.csv": "name,other\nb,y\n"])
        func source(_ field: String) -> FileSource {
            disk.source(FileStream(content: .mapping(.deal(field)), path: "/in", format: .csv))
        }
        let first = try await source("name").read(0)
        let second = try await source("other").read(0, from: first.token)
        #expect(second.rows.map(\.id) == ["x", "y"])
        #expect(try await source("other").read(0, from: second.token).rows.isEmpty)
        disk.remove("/in/1.csv")
        #expect(try await source("name").read(0, from: second.token).rows.map(\.id) == ["b"])
        disk.write("/in/1.csv", Array("name,other\na,x\n".utf8))
        disk.remove("/in/2.csv")
        let error = await refusal(source("name"), from: second.token)
        #expect(error?.detail.contains("its name sorts before '2.csv', which was read and is gone") == true)
    }

    @Test func aFileThatIsGoneBeforeItsTurnIsNotTakenAsRead() async throws {
        let disk = Disk([:])
        for name in ["1", "2"] { disk.write("/in/\(name).csv", contracts([], [("c\(name)", [])])) }
        let source = disk.source(stream)
        let first = try await source.page(of: source.streams[0], in: .full(upper: noon), after: nil)
        disk.remove("/in/2.csv")
        let error = await #expect(throws: SourceError.self) {
            try await source.page(of: source.streams[0], in: .full(upper: noon), after: first.next)
        }
        #expect(error?.kind == .forgottenPosition)
    }
}
