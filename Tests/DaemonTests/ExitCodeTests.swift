import Foundation
import Model
import Testing

@testable import Daemon

@Suite struct ExitCodeTests {
    private func fault(isMissing: Bool) -> Fault {
        Fault(file: "f", line: nil, column: nil, message: "m", isMissing: isMissing)
    }

    @Test func aMissingFileIsMissingInputAndAFaultyOneBadInput() {
        #expect(exitCode(of: fault(isMissing: true)) == 66)
        #expect(exitCode(of: fault(isMissing: false)) == 65)
        #expect(exitCode(of: Faults([fault(isMissing: true)])) == 66)
        #expect(exitCode(of: Faults([fault(isMissing: true), fault(isMissing: false)])) == 65)
    }

    @Test func aResultThatCannotBeWrittenNamesItsFolderAndWhatToDo() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "none-\(UUID().uuidString)").path
        let error = try #require(
            #expect(throws: UnwritableFile.self) { try writeResult(Data("x".utf8), to: folder + "/out.csv") })
        #expect(error.description.contains("there is no folder '\(folder)'; make it first"))
        #expect(exitCode(of: error) == 74)
    }

    #if os(Linux)
    @Test func aResultThatDoesNotArriveIsAFailure() throws {
        let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let error = try #require(
            #expect(throws: UnwritableFile.self) { try printResult("numbers", to: full) })
        #expect(exitCode(of: error) == 74)
    }
    #endif
}
