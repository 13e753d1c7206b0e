import Foundation
import ReferenceCases
import Testing

/// Every bundled reference case is met within its tolerance, or belongs to a method that is left out on purpose.
@Suite struct ReferenceCaseTests {
    private static let cases: [ReferenceCase] = {
        let folder = Bundle.module.url(forResource: "Golden", withExtension: nil)
        return folder.flatMap { try? loadCases(folder: $0) } ?? []
    }()

    @Test func thereAreCases() {
        #expect(Self.cases.count > 250)
    }

    @Test(arguments: cases.map(\.name))
    func isMet(_ name: String) throws {
        let item = try #require(Self.cases.first { $0.name == name })
        switch item.outcome() {
        case .passed: break
        case .failed(let differences):
            Issue.record("\(name): \(differences.joined(separator: "; "))")
        case .unsupported(let reason):
            #expect(isAcceptedGap(name), "\(name) is unsupported: \(reason)")
        }
    }
}
