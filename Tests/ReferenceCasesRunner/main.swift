import Foundation
import ReferenceCases

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(
        Data("usage: reference-cases FOLDER   (with cases/*.json and data/*.csv)\n".utf8))
    exit(64)
}
do {
    let cases = try loadCases(folder: URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true))
    guard !cases.isEmpty else {
        throw ReferenceCaseError("the folder '\(CommandLine.arguments[1])' has no cases/*.json")
    }
    var counts = (passed: 0, failed: 0, unsupported: 0, unexpected: 0)
    for item in cases {
        switch item.outcome() {
        case .passed:
            counts.passed += 1
            print("PASS \(item.name)")
        case .failed(let differences):
            counts.failed += 1
            print(
                "FAIL \(item.name): \(differences.prefix(3).joined(separator: "; "))"
                    + (differences.count > 3 ? "; and \(differences.count - 3) more" : ""))
        case .unsupported(let reason):
            counts.unsupported += 1
            let isAccepted = isAcceptedGap(item.name)
            if !isAccepted { counts.unexpected += 1 }
            print("UNSUPPORTED \(item.name): \(reason)\(isAccepted ? "" : " (unexpected)")")
        }
    }
    print(
        "\(cases.count) cases: \(counts.passed) passed, \(counts.failed) failed, \(counts.unsupported) unsupported"
            + (counts.unexpected > 0 ? ", \(counts.unexpected) of them unexpected" : ""))
    exit(counts.failed + counts.unexpected == 0 ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(66)
}
