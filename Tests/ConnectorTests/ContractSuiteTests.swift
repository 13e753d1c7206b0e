import CRMEmulators
import Foundation
import Model
import Storage
import TestServers
import Testing

@testable import Ingestion

/// What every connector owes: the book ends equal to the truth, row by row, or the run is red and says why.
@Suite struct ContractSuiteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var vendor: Vendor
        var fault: EmulatedFault
        var testDescription: String { "\(vendor) meets \(fault)" }
    }

    static let cases = Vendor.allCases.flatMap { vendor in
        EmulatedFault.allCases.filter { vendor.canMeet($0) }.map { Case(vendor: vendor, fault: $0) }
    }

    @Test(arguments: cases)
    func endsEqualToTheTruth(_ example: Case) async throws {
        let lab = try Laboratory(example.vendor)
        defer { lab.close() }
        let fault = example.fault
        lab.crm.withState { state in
            state.faults = [4: fault, 9: fault]
            let edited = example.vendor.id(41)
            state.events[6] = [{ $0.change(edited) { $0.amount += 5 } }]
        }
        var errors = try await lab.settle()
        try await busyHour(lab, then: fault)
        errors += try await lab.settle()
        // Two calm weeks: refreshes and reconciliations come due.
        for _ in 0..<3 {
            lab.crm.withState { state in
                state.faults = [:]
                state.clock += 8 * 86_400
            }
            errors += try await lab.settle()
        }
        let differences = try await lab.differences()
        #expect(differences.isEmpty, "after \(errors.map(\.description)): \(differences.prefix(5))")
        #expect(errors.allSatisfy { !$0.detail.isEmpty && !$0.description.contains("token.") })
        #expect(lab.crm.withState { $0.metFaults }.contains(fault), "the fault was never met")
        #expect(lab.crm.canary.requests.isEmpty, "another host was asked")
    }

    /// Edits within one second, a late row, a deletion, a purge, and the fault again.
    private func busyHour(_ lab: Laboratory, then fault: EmulatedFault) async throws {
        let vendor = lab.vendor
        lab.crm.withState { state in
            state.clock += 3600
            for number in [3, 4, 5, 30, 59] { state.change(vendor.id(number)) { $0.amount += 1000 } }
            state.change(vendor.id(5)) { $0.amount += 7 }
            state.changeUnstamped(vendor.id(12)) { $0.amount += 11 }
            state.change(vendor.id(20)) { $0.cancelledOn = Day(iso: "2026-01-20") }
            if vendor.deletes { state.change(vendor.id(33)) { $0.isDeleted = true } }
            if vendor.deletes { state.change(vendor.id(34)) { $0.isPurged = true } }
            var late = EmulatedRecord(id: vendor.id(70), stamp: state.clock - 30, amount: 555_00)
            late.visibleFrom = state.requests + 6
            state.add(late)
            state.faults = [state.requests + 3: fault]
            state.clock += 600
        }
    }

    @Test(arguments: Vendor.allCases)
    func survivesBeingKilledAtAnyPage(_ vendor: Vendor) async throws {
        for page in [1, -1, 2, -2, 3, -4, 5, -6] {
            let lab = try Laboratory(vendor)
            defer { lab.close() }
            do {
                try await lab.run(interrupt: page)
            } catch is Door.Killed {}
            lab.crm.withState { $0.change(vendor.id(1)) { $0.amount += 3 } }
            lab.crm.withState { $0.clock += 600 }
            let errors = try await lab.settle()
            lab.crm.withState { $0.clock += 600 }
            let more = try await lab.settle()
            let differences = try await lab.differences()
            #expect(differences.isEmpty, "killed at \(page): \(differences.prefix(3)) \(errors + more)")
            let facts = try await lab.store.read { try $0.facts() }
            let spoken = Set(facts.map { "\($0.nativeID) \($0.body)" })
            #expect(spoken.count == facts.count, "killed at \(page): a fact was stored twice")
        }
    }

    @Test(arguments: Vendor.allCases)
    func aCalmSecondRunStoresNothing(_ vendor: Vendor) async throws {
        let lab = try Laboratory(vendor)
        defer { lab.close() }
        #expect(try await lab.settle().isEmpty)
        let before = try await lab.store.read { try $0.latestSequence() }
        lab.crm.withState { $0.clock += 3600 }
        #expect(try await lab.settle().isEmpty)
        #expect(try await lab.store.read { try $0.latestSequence() } == before)
        #expect(before == 60)
    }

    @Test(arguments: Vendor.allCases.filter(\.deletes))
    func aMassDeletionIsHeldUntilItIsAllowed(_ vendor: Vendor) async throws {
        let lab = try Laboratory(vendor)
        defer { lab.close() }
        #expect(try await lab.settle().isEmpty)
        lab.crm.withState { state in
            state.clock += 3600
            for number in 0..<20 { state.change(vendor.id(number)) { $0.isDeleted = true } }
            state.clock += 8 * 86_400
        }
        let errors = try await lab.settle(attempts: 2)
        #expect(errors.last?.kind == .massChange, "\(errors)")
        #expect(try await lab.book().values.filter { $0 == nil }.isEmpty)
        var options = PullOptions()
        options.acceptMassChange = true
        for _ in 0..<3 {
            lab.crm.withState { $0.clock += 8 * 86_400 }
            try await lab.run(options: options)
        }
        #expect(try await lab.differences().isEmpty)
    }

    @Test(arguments: Vendor.allCases)
    func nothingSecretIsTold(_ vendor: Vendor) async throws {
        let lab = try Laboratory(vendor)
        defer { lab.close() }
        lab.crm.withState { state in
            for request in 1...40 { state.faults[request] = .error500 }
        }
        let errors = try await lab.settle(attempts: 2)
        #expect(!errors.isEmpty)
        for error in errors {
            let told = String(reflecting: error) + error.description
            #expect(!told.contains(Vendor.canarySecret) && !told.contains(EmulatedStripe.key))
        }
    }
}
