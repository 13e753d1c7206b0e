import Estimation
import Testing

/// Reads a text, with columns of text called "partner" and "variant" and of numbers called "x" and "y".
func table(
    _ text: String, _ columns: [ColumnRequest] = [.init("partner", .label), .init("x", .number(.finite))]
) throws(TableFaults) -> Table {
    let bytes = Array(text.utf8)
    return try readTable(bytes.span, columns: columns)
}

/// What is wrong with a text.
func faults(
    _ text: String, _ columns: [ColumnRequest] = [.init("partner", .label), .init("x", .number(.finite))]
) -> TableFaults? {
    do throws(TableFaults) {
        _ = try table(text, columns)
        return nil
    } catch {
        return error
    }
}

extension Table {
    func texts(_ name: String) -> [String?] {
        guard let column = labels[name] else { return [] }
        return column.codes.map { $0 < 0 ? nil : column.label(Int($0)) }
    }

    func values(_ name: String) -> [Double?] {
        numbers[name].map { $0.values.map { $0.isNaN ? nil : $0 } } ?? []
    }
}

@Suite struct TableReaderTests {
    @Test func readsNamedColumnsAndPassesOverOthers() throws {
        let read = try table("junk,x,partner,more\n\"a,b\",1.5,north,é\n,-2,south,\n")
        #expect(read.rowCount == 2)
        #expect(read.texts("partner") == ["north", "south"])
        #expect(read.values("x") == [1.5, -2])
    }

    @Test("CRLF, a byte order mark, empty lines and a missing last line end change nothing")
    func ignoresDressing() throws {
        let plain = try table("partner,x\na,1\nb,2\n")
        for text in [
            "partner,x\r\na,1\r\nb,2\r\n", "\u{feff}partner,x\na,1\nb,2\n", "partner,x\na,1\n\n\r\nb,2",
            "\"partner\",\"x\"\n\"a\",\"1\"\n\"b\",\"2\"",
        ] {
            let read = try table(text)
            #expect(read.texts("partner") == plain.texts("partner"))
            #expect(read.values("x") == plain.values("x"))
        }
    }

    @Test func decodesQuotedCells() throws {
        let read = try table("partner,x\n\"a,\"\"b\"\"\nc\",\"1e3\"\n\"plain\",7\nplain,8\n")
        #expect(read.texts("partner") == ["a,\"b\"\nc", "plain", "plain"])
        #expect(read.values("x") == [1000, 7, 8])
        #expect(read.labels["partner"]?.labelCount == 2)
    }

    @Test("an empty cell and NA are missing, and counted by column")
    func countsMissingCells() throws {
        let read = try table("partner,x\na,\n,1\nNA,NA\n\"\",2\n\"NA\",\"\"\n")
        #expect(read.texts("partner") == ["a", nil, nil, nil, nil])
        #expect(read.values("x") == [nil, 1, nil, 2, nil])
        #expect(read.labels["partner"]?.missingCount == 4)
        #expect(read.numbers["x"]?.missingCount == 3)
    }

    @Test("ids that look like numbers stay texts: 7 is not 007, nor 7.0")
    func keepsIdsApart() throws {
        let ids = ["7", "007", "0", "00", "7.0", "-7", "4194303", "4194304", "123456789012345678901", "7"]
        let read = try table("partner,x\n" + ids.map { "\($0),1\n" }.joined())
        #expect(read.texts("partner") == ids)
        #expect(read.labels["partner"]?.labelCount == 9)
    }

    @Test func tellsManyTextsApart() throws {
        let names = (0..<5000).map {
            "partner \($0 * 7919 % 2500)-\(String(repeating: "x", count: $0 % 2500 % 20))"
        }
        let read = try table("partner,x\n" + names.map { "\($0),1\n" }.joined())
        #expect(read.texts("partner") == names)
        #expect(read.labels["partner"]?.labelCount == Set(names).count)
    }

    @Test func readsOneColumnAsTextAndAsNumbers() throws {
        let read = try table(
            "tier,x\n1,5\n\"2\",6\n1,7\n", [.init("tier", .label), .init("tier", .number(.finite))])
        #expect(read.texts("tier") == ["1", "2", "1"])
        #expect(read.values("tier") == [1, 2, 1])
    }

    @Test("semicolons and tabs, with commas and quotes in cells")
    func readsOtherDelimiters() throws {
        let columns: [ColumnRequest] = [.init("partner", .label), .init("x", .number(.finite))]
        for (delimiter, mark) in [(CellDelimiter.semicolon, ";"), (.tab, "\t"), (.comma, ",")] {
            let text = ["partner|x", "a|1", "\"b|\"\"c\"\"\"|2", "\"\"|3", "d|"].joined(separator: "\r\n")
                .replacing("|", with: mark)
            let read = try readTable(Array(text.utf8).span, columns: columns, delimiter: delimiter)
            #expect(read.texts("partner") == ["a", "b\(mark)\"c\"", nil, "d"])
            #expect(read.values("x") == [1, 2, 3, nil])
        }
        let read = try readTable(
            Array("partner;x\r\na,b \"c\";1\r\n;2\r\n".utf8).span, columns: columns, delimiter: .semicolon)
        #expect(read.texts("partner") == ["a,b \"c\"", nil] && read.values("x") == [1, 2])
    }

    @Test func readsNamesOfColumnsWithBlanksAround() throws {
        let read = try table(" partner ,\tx\na,1\n")
        #expect(read.texts("partner") == ["a"] && read.values("x") == [1])
    }

    @Test func readsWordsAndBlanksAsPeopleWriteThem() throws {
        let read = try table("partner,x\na,TRUE\na,false\na, 3 \na,+4\na,.5\na,5.\na,-0\n")
        #expect(read.values("x") == [1, 0, 3, 4, 0.5, 5, 0])
    }
}

@Suite struct TableFaultTests {
    @Test("every bad cell is told at once, with its line, column and what was expected")
    func tellsBadCells() throws {
        let found = try #require(
            faults(
                "partner,x,e\na,1,0\n\"b\nc\",1 000,0\nd,2,2\ne,0x10,0\nf,inf,1\ng,nan,yes\n",
                [.init("partner", .label), .init("x", .number(.finite)), .init("e", .number(.zeroOrOne))]))
        #expect(
            found.shown.map(\.description) == [
                "line 4: column 'x' holds '1 000', expected a number",
                "line 5: column 'e' holds '2', expected 0 or 1",
                "line 6: column 'x' holds '0x10', expected a number",
                "line 7: column 'x' holds 'inf', expected a number",
                "line 8: column 'x' holds 'nan', expected a number",
                "line 8: column 'e' holds 'yes', expected 0 or 1",
            ])
    }

    @Test("one bad column is told by a few cells and their number, and hides no other fault")
    func tellsAFewFaultsOfAKindAndCountsTheRest() throws {
        let found = try #require(faults("partner,x\n" + String(repeating: "a,?\n", count: 3000) + "a\n"))
        #expect(found.count == 3001)
        #expect(found.shown.map(\.line) == [2, 3, 4, 5, 3002])
        #expect(
            found.description.hasSuffix(
                "column 'x', cells that are no numbers: 3000 in all, of which the first are listed"))
    }

    @Test("a line of the wrong length is one fault, whatever its cells hold")
    func tellsShiftedCellsOnce() throws {
        let found = try #require(faults("partner,x\na,1\n,b,2\nc,d,3\n"))
        #expect(found.shown.map(\.line) == [3, 4] && found.count == 2)
    }

    @Test(arguments: [
        ("0,5", "such as '0.5'"), ("1,234.50", "without separators of thousands"),
        ("1.234,5", "decimal point"),
    ])
    func saysHowANumberOfAnotherCountryIsWritten(_ cell: String, _ hint: String) throws {
        #expect(try #require(faults("partner,x\na,\"\(cell)\"\n")).description.contains(hint))
    }

    @Test func saysWhatAFileIsThatCannotBeRead() {
        func told(_ bytes: [UInt8]) -> String {
            do throws(TableFaults) {
                _ = try readTable(bytes.span, columns: [.init("x", .label)])
                return ""
            } catch {
                return error.description
            }
        }
        #expect(told([0x1f, 0x8b, 8, 0]).contains("compressed"))
        #expect(told([0xff, 0xfe, 0x78, 0]).contains("UTF-16"))
        #expect(told(Array("x\r1\r2\r".utf8)).contains("return alone"))
    }

    @Test func tellsLinesOfTheWrongLength() throws {
        let found = try #require(faults("partner,x\na\nb,1,2,3\nc,3\n"))
        #expect(
            found.shown.map(\.description) == [
                "line 2: the line has 1 cell, expected 2 as in the header",
                "line 3: the line has 4 cells, expected 2 as in the header",
            ])
    }

    @Test func namesColumnsThatAreNotThere() throws {
        let found = try #require(
            faults("partner,renewal\na,1\n", [.init("partner", .label), .init("renewel", .label)]))
        #expect(found.count == 1)
        #expect(found.description.contains("no column 'renewel', it has 'partner', 'renewal'"))
        #expect(found.shown.first?.unknownName?.name == "renewel")
        #expect(found.shown.first?.unknownName?.available == ["partner", "renewal"])
        let semicolons = try #require(faults("partner;x\na;1\n"))
        #expect(semicolons.description.contains("semicolons"))
    }

    @Test func refusesAHeaderThatNamesAColumnTwice() throws {
        let found = try #require(faults("x,partner,x\n1,a,2\n"))
        #expect(
            found.description
                == "line 1: the column 'x' stands in the header 2 times, as columns 1, 3; give each a name of its own"
        )
        #expect(faults("x,partner,x\n1,a,2\n", [.init("partner", .label)]) == nil)
    }

    @Test(arguments: ["", "\n\n", "\u{feff}"]) func refusesAnEmptyFile(_ text: String) throws {
        #expect(try #require(faults(text)).description.contains("the file is empty"))
    }

    @Test func refusesAFileWithoutRows() throws {
        #expect(try #require(faults("partner,x\n\n")).description.contains("no rows"))
    }

    @Test func refusesQuotesThatDoNotEnd() throws {
        let found = try #require(faults("partner,x\n\"a,1\nb,2\n"))
        #expect(found.shown.first?.line == 2)
        #expect(found.description.contains("does not end before a comma"))
    }

    @Test func refusesTextThatIsNotUTF8() throws {
        let bytes: [UInt8] = Array("partner,x\n".utf8) + [0xff, 0xfe] + Array(",1\n".utf8)
        #expect(throws: TableFaults.self) { try readTable(bytes.span, columns: [.init("partner", .label)]) }
    }

    @Test(arguments: [(NumberRule.notNegative, "-1"), (.positive, "0"), (.zeroOrOne, "0.5")])
    func keepsTheRuleOfAColumn(_ rule: NumberRule, _ cell: String) throws {
        #expect(faults("x\n1\n", [.init("x", .number(rule))]) == nil)
        #expect(faults("x\n\(cell)\n", [.init("x", .number(rule))])?.count == 1)
    }
}
