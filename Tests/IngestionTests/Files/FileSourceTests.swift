import Foundation
import Model
import Synchronization
import Testing

@testable import Ingestion

@Suite struct FileSourceTests {
    private let noonOfFiles = Instant(milliseconds: 1_767_268_800_000)

    // MARK: - Kinds

    @Test func columnsWithTheFieldsNamesNeedNoMapping() async throws {
        let disk = Disk([
            "/in/p.csv": "\u{feff}partner,name,region\r\np1,Acme,EMEA\r\np2,\"B, Co\",\r\n",
            "/in/r.csv": "customer,measure,value,observedOn\nk1,health,60,2026-01-01\n",
        ])
        let source = FileSource(
            FileConfiguration(name: "files", files: [.reading: "/in/r.csv", .partner: "/in/p.csv"]),
            files: disk,
            now: { noon })
        #expect(source.streams.map(\.name) == ["partner", "reading"])
        #expect(source.streams.allSatisfy { $0.incremental == .files })
        let read = try await source.read(0)
        #expect(read.rows.map(\.id) == ["p1", "p2"])
        #expect(
            read.values == [
                ["name": "Acme", "partner": "p1", "region": "EMEA"], ["name": "B, Co", "partner": "p2"],
            ])
        #expect(try await source.read(1).rows.map(\.id) == ["health/2026-01-01/k1"])
        #expect(try await source.serverTime() == noonOfFiles)
    }

    @Test func observationsWithoutAnIDAreKnownByTheirPlace() async throws {
        let disk = Disk(["/o.csv": "partner,outcome,observedOn,id\np,1,2026-01-01,7\np,0,2026-01-01,8\n"])
        let stream = FileStream(content: .kind(.observation), path: "/o.csv", format: .csv)
        #expect(try await disk.source(stream).read(0).rows.map(\.id) == ["row 1", "row 2"])
        var named = stream
        named.id = "id"
        #expect(try await disk.source(named).read(0).rows.map(\.id) == ["7", "8"])
    }

    // MARK: - Mappings

    @Test func linesOfJSONAreReadByPath() async throws {
        let disk = Disk([
            "/d.jsonl":
                "{\"a\":{\"n\":\"x\"},\"id\":1}\n\n{\"id\":2,\"a\":{\"n\":\"\\\\N\"},\"gone\":true}\r\n"
        ])
        let stream = FileStream(
            content: .mapping(.deal("a.n")), path: "/d.jsonl", format: .jsonl, nullText: "\\N", id: "id",
            deleted: FieldCondition(field: "gone", values: ["true"]))
        let read = try await disk.source(stream).read(0)
        #expect(read.rows.map(\.id) == ["1", "2"] && read.rows.map(\.state) == [.live, .deleted])
        #expect(read.values == [["a.n": "x"], [:]])
        #expect(read.rows[1].version.hasSuffix(" line 3"))
    }

    @Test func aMappingsObjectsAreFilesAndDirectories() async throws {
        let disk = Disk([
            "/drop/all.jsonl": "{\"name\":\"a\",\"key\":7}\n", "/drop/many/1.csv": "name\nb\n",
            "/drop/many/2.jsonl": "{\"name\":\"NULL\"}\n{\"name\":\"c\"}\n", "/drop/many/3.txt": "name\nd\n",
        ])
        var single = StreamMapping.deal("name")
        single.object = "all.jsonl"
        single.request = RequestMapping(path: "/", id: "key")
        var several = StreamMapping.deal("name")
        several.stream = "several"
        several.object = "many"
        let source = FileSource(
            FileConfiguration(
                name: "files", directory: "/drop", mapping: SourceMapping(streams: [single, several]),
                nullText: "NULL"), files: disk, now: { noon })
        #expect(try await source.read(0).rows.map(\.id) == ["7"])
        // A record that nothing names is known by its place.
        #expect(try await source.read(1).rows.map(\.id) == ["b", "2.jsonl row 1", "c"])
        #expect(try await source.read(1).values == [["name": "b"], [:], ["name": "c"]])
    }

    @Test func recordsOutsideOfTheSelectionAreLeftOut() async throws {
        let disk = Disk(["/d.csv": "name,type,n\na,x,1.0\nb,y,1\nc,x,2\nd,,1\n"])
        var mapping = StreamMapping.deal("name")
        mapping.selection.conditions = ["type": [.text("x"), .null], "n": [.number("1")]]
        let stream = FileStream(content: .mapping(mapping), path: "/d.csv", format: .csv)
        #expect(try await disk.source(stream).read(0).rows.map(\.id) == ["a", "d"])
        mapping.selection.filter = "type = 'x'"
        let refused = FileStream(content: .mapping(mapping), path: "/d.csv", format: .csv)
        let error = await #expect(throws: SourceError.self) { try await disk.source(refused).read(0) }
        #expect(error?.kind == .unmappable)
    }

    @Test func filesThatAreGoneAreForgottenBeforeThoseThatAreThere() {
        func file(_ number: Int) -> FileIdentity {
            FileIdentity(
                name: "\(number).csv", stamp: FileStamp(size: 1, modified: 1),
                hash: ContentHash(hex: "\(number)"))
        }
        var token = FileToken(files: [])
        token.add((0..<3_000).map(file), present: Set((0..<3_000).map { "\($0).csv" }))
        #expect(token.files.count == 3_000)
        token.add([file(3_000)], present: ["0.csv", "3000.csv"])
        #expect(token.files.count == FileToken.maximumGone + 2)
        #expect(Set(token.files.map(\.name)).isSuperset(of: ["0.csv", "2999.csv", "3000.csv"]))
    }

    @Test(arguments: [
        ("Name\n", "there is no column 'Nmae' (found Name); did you mean 'Name'?"),
        ("Nmae;b\nx;y\n", "separate by commas, not semicolons"),
        ("Nmae,Nmae\n", "the column 'Nmae' occurs twice"),
        ("", "the file is empty"), ("Nmae\n\"x\n", "line 2: a quoted field does not end"),
        ("Nmae\n\"a\nb\"\nx\"y\n\"\n", "line 4: a quote inside an unquoted field"),
    ])
    func refusesAFileItCannotRead(_ text: String, _ words: String) async throws {
        let disk = Disk(["/d.csv": text])
        let stream = FileStream(content: .mapping(.deal("Nmae")), path: "/d.csv", format: .csv)
        let error = await #expect(throws: SourceError.self) { try await disk.source(stream).read(0) }
        #expect(error?.kind == .unmappable && error?.detail.contains(words) == true, "\(error?.detail ?? "")")
    }

    @Test func anotherCharacterSetIsNamedWithItsLine() async throws {
        let disk = Disk(["/d.csv": "name\nok\n"])
        disk.write("/d.csv", Array("name\nok\nM".utf8) + [0xfc] + Array("ller\n".utf8))
        let stream = FileStream(content: .mapping(.deal("name")), path: "/d.csv", format: .csv)
        let latin = await #expect(throws: SourceError.self) { try await disk.source(stream).read(0) }
        #expect(latin?.detail.contains("line 3: is not UTF-8; save the file as UTF-8") == true)
        disk.write("/d.csv", [0xff, 0xfe, 0x6e, 0, 0x0a, 0])
        let wide = await #expect(throws: SourceError.self) { try await disk.source(stream).read(0) }
        #expect(wide?.detail.contains("the file is UTF-16") == true)
    }

    @Test func aHalfWrittenLineIsRefusedUntilItIsWhole() async throws {
        let disk = Disk(["/d.jsonl": "{\"name\":\"a\"}\n{\"name\":\"b\"}"])
        let stream = FileStream(content: .mapping(.deal("name")), path: "/d.jsonl", format: .jsonl)
        let error = await #expect(throws: SourceError.self) { try await disk.source(stream).read(0) }
        #expect(error?.kind == .malformed && error?.isRetryable == true)
        let comma = Disk(["/d.csv": "name\na\nb"]).source(
            FileStream(content: .mapping(.deal("name")), path: "/d.csv", format: .csv))
        let cut = await #expect(throws: SourceError.self) { try await comma.read(0) }
        #expect(
            cut?.kind == .malformed && cut?.detail.contains("line 3: the last line has no line end") == true)
        #expect(error?.detail.contains("line 2: the last line has no line end") == true)
        disk.write("/d.jsonl", Array("{\"name\":\"a\"}\n{\"name\":\"b\"}\n".utf8))
        #expect(try await disk.source(stream).read(0).rows.map(\.id) == ["a", "b"])
    }

    @Test func aQuoteLeftOpenDoesNotTakeInTheFile() async throws {
        let disk = Disk(["/d.csv": "name\n\"" + String(repeating: "x\n", count: 700_000)])
        let stream = FileStream(content: .mapping(.deal("name")), path: "/d.csv", format: .csv)
        let error = await #expect(throws: SourceError.self) { try await disk.source(stream).read(0) }
        #expect(
            error?.detail.contains("line 2: a record is longer than 1048576 bytes; is a quote left open?")
                == true)
    }

    // MARK: - Pages

    @Test func longFilesComeInPagesWhosePositionsCanBeTakenUpAgain() async throws {
        let lines = (1...4_500).map { "p\($0),\"name\n\($0)\"" }
        let disk = Disk(["/p.csv": "partner,name\n" + lines.joined(separator: "\n") + "\n"])
        let stream = FileStream(content: .kind(.partner), path: "/p.csv", format: .csv)
        var pages: [SourcePage] = []
        repeat {
            // A new source for each page: nothing is remembered but the position.
            let source = disk.source(stream)
            pages.append(
                try await source.page(of: source.streams[0], in: .full(upper: noon), after: pages.last?.next))
        } while pages.last?.next != nil
        #expect(pages.map(\.rows.count) == [2_000, 2_000, 500, 0])
        #expect(pages.flatMap(\.rows).map(\.id) == (1...4_500).map { "p\($0)" })
        #expect(pages[2].rows.last?.version.hasSuffix(" line 9000") == true)
        #expect(pages[2].records[499, 0] == .text("name\n4500"))
        #expect(disk.longestRead <= FileRecords.windowBytes)
    }

    @Test func aFileThatChangesWhileItIsReadIsNotTrusted() async throws {
        let lines = (1...2_500).map { "p\($0)" }.joined(separator: "\n") + "\n"
        let disk = Disk(["/p.csv": "partner\n" + lines])
        let source = disk.source(
            FileStream(content: .mapping(.deal("partner")), path: "/p.csv", format: .csv))
        let first = try await source.page(of: source.streams[0], in: .full(upper: noon), after: nil)
        disk.write("/p.csv", Array(("partner\n" + lines + "p9\n").utf8))
        let grown = await #expect(throws: SourceError.self) {
            try await source.page(of: source.streams[0], in: .full(upper: noon), after: first.next)
        }
        #expect(
            grown?.kind == .forgottenPosition && grown?.detail.contains("changed while it was read") == true)
    }

    @Test func otherBytesUnderTheSameStampAreNoticed() async throws {
        let lines = (1...2_500).map { "p\($0 + 5_000)" }.joined(separator: "\n") + "\n"
        let disk = Disk(["/p.csv": "partner\n" + lines])
        let source = disk.source(
            FileStream(content: .mapping(.deal("partner")), path: "/p.csv", format: .csv))
        let first = try await source.page(of: source.streams[0], in: .full(upper: noon), after: nil)
        disk.write(
            "/p.csv", Array(("partner\n" + lines.replacing("p7", with: "q7")).utf8), keepingStamp: true)
        let error = await #expect(throws: SourceError.self) {
            try await source.page(of: source.streams[0], in: .full(upper: noon), after: first.next)
        }
        #expect(error?.kind == .forgottenPosition)
    }

    // MARK: - Directories

    @Test func aDirectoryIsReadInTheOrderOfItsNames() async throws {
        let disk = Disk([
            "/in/10.csv": "name\nc\n", "/in/09.csv": "name\nb\n", "/in/01.CSV": "name\na\n",
            "/in/.x.csv": "name\nz\n",
            "/in/2.csv.part": "name\nz\n", "/in/x.jsonl": "{}\n",
        ])
        let source = disk.source(FileStream(content: .mapping(.deal("name")), path: "/in", format: .csv))
        #expect(try await source.read(0).rows.map(\.id) == ["a", "b", "c"])
    }

    @Test func theSameBytesAreNotReadAgainButOthersAre() async throws {
        let disk = Disk(["/in/1.csv": "name\na\n", "/in/2.csv": "name\nb\n"])
        let source = disk.source(FileStream(content: .mapping(.deal("name")), path: "/in", format: .csv))
        let first = try await source.read(0)
        #expect(first.rows.map(\.id) == ["a", "b"])
        let token = try #require(first.token)
        // Dropped once more, under its own name and under another one.
        disk.write("/in/1.csv", Array("name\na\n".utf8))
        disk.write("/in/3.csv", Array("name\nb\n".utf8))
        let second = try await source.read(0, from: token)
        #expect(second.rows.isEmpty)
        disk.write("/in/1.csv", Array("name\nc\n".utf8))
        let third = try await source.read(0, from: second.token)
        // What stands behind it in the history has the last word again.
        #expect(third.rows.map(\.id) == ["c", "b", "b"])
        #expect(try await source.read(0, from: third.token).rows.isEmpty)
        // And back to what it was: another change, not a repetition.
        disk.write("/in/1.csv", Array("name\na\n".utf8))
        #expect(try await source.read(0, from: third.token).rows.map(\.id) == ["a", "b", "b"])
    }

    @Test func whatIsMissingIsSaid() async throws {
        let source = Disk([:]).source(FileStream(content: .kind(.partner), path: "/no", format: .csv))
        let error = await #expect(throws: SourceError.self) { try await source.read(0) }
        #expect(error?.kind == .unreachable && error?.detail.contains("'/no': there is no such file") == true)
        #expect(await source.checks().map(\.result) == [.failure])
    }

    @Test func theMachinesOwnFilesAreRead() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fairway-files-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("partner,name\np1,A\n".utf8).write(to: directory.appending(path: "p.csv"))
        let source = FileSource(
            FileConfiguration(
                name: "files",
                streams: [
                    FileStream(content: .kind(.partner), path: directory.path(), format: .csv)
                ]), now: { noon })
        #expect(try await source.read(0).rows.map(\.id) == ["p1"])
        #expect(await source.checks().map(\.result) == [.ok])
    }
}
