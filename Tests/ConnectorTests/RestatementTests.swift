import CRMEmulators
import Foundation
import Model
import Storage
import TestServers
import Testing

@testable import Ingestion

/// What stamps do not tell apart is told apart all the same.
@Suite struct RestatementTests {
    /// Two edits within one second, the second of them after the first was read, and a formula field that changes
    /// under an unchanged stamp: each is a new fact.
    @Test(arguments: Vendor.allCases)
    func everyChangeIsAFactOfItsOwn(_ vendor: Vendor) async throws {
        let lab = try Laboratory(vendor)
        defer { lab.close() }
        let id = vendor.id(7)
        #expect(try await lab.settle().isEmpty)
        lab.crm.withState { $0.clock += 3600 }
        let second = lab.crm.withState { state in
            state.change(id) { $0.amount += 1000 }
            return state.clock
        }
        lab.crm.withState { $0.clock += 200 }
        #expect(try await lab.settle().isEmpty)
        lab.crm.withState { $0.change(id, at: second) { $0.amount += 7 } }
        lab.crm.withState { $0.clock += 200 }
        #expect(try await lab.settle().isEmpty)
        #expect(try await amounts(id, lab) == [100_007, 101_007, 101_014])
        lab.crm.withState { $0.changeUnstamped(id) { $0.amount += 11 } }
        lab.crm.withState { $0.clock += 25 * 3600 }
        #expect(try await lab.settle().isEmpty)
        #expect(try await amounts(id, lab) == [100_007, 101_007, 101_014, 101_025])
        #expect(try await lab.differences().isEmpty)
    }

    /// A source that is out of breath three times in a row is asked again, and the run is green.
    @Test(
        arguments: Vendor.allCases,
        [EmulatedFault.error503, .error500, .throttledSeconds, .throttledDate])
    func burstsArePatientlyPassed(_ vendor: Vendor, _ fault: EmulatedFault) async throws {
        let lab = try Laboratory(vendor)
        defer { lab.close() }
        lab.crm.withState { state in
            for request in [4, 5, 6, 9, 10, 11] { state.faults[request] = fault }
        }
        #expect(try await lab.settle(attempts: 1).isEmpty)
        #expect(lab.crm.withState { $0.metFaults } == Array(repeating: fault, count: 6))
        #expect(try await lab.differences().isEmpty)
    }

    /// The amounts of a record's facts, in the order they were learned.
    private func amounts(_ id: String, _ lab: Laboratory) async throws -> [Int64] {
        try await lab.store.read { try $0.facts() }.filter { $0.nativeID == id }.compactMap {
            if case .contract(let contract) = $0.body { contract.annualAmount.minorUnits } else { nil }
        }
    }
}
