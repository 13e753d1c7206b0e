import Foundation
import Model
import Testing

@testable import Sandbox

@Suite struct SimulatedVendorTests {
    private func vendor(seed: UInt64 = 7, weeks: Int = 0) -> SimulatedVendor {
        var vendor = SimulatedVendor(configuration: PracticeFixture.configuration(), seed: seed)
        let start = vendor.configuration.start
        if weeks > 0 { vendor.advance(to: (start + weeks * 7).start(in: .gmt)) }
        return vendor
    }

    @Test func isTheSameForTheSameSeedHoweverTheClockIsMoved() throws {
        let jumped = vendor(weeks: 20)
        var stepped = vendor()
        for hour in stride(from: 5, through: 20 * 7 * 24, by: 5) {
            stepped.advance(
                to: stepped.configuration.start.start(in: .gmt).adding(seconds: Double(hour) * 3600))
        }
        #expect(try PracticeFixture.dump(jumped) == PracticeFixture.dump(stepped))
        #expect(try PracticeFixture.dump(jumped) != PracticeFixture.dump(vendor(seed: 8, weeks: 20)))
    }

    @Test func neverShowsARowBeforeItsStampNorChangesAnOldOne() {
        var vendor = vendor()
        var seen: Int64 = .min
        for hour in stride(from: 3, through: 15 * 7 * 24, by: 3) {
            let now = vendor.configuration.start.start(in: .gmt).adding(seconds: Double(hour) * 3600)
            let before = Set(vendor.contractTable.rows.map(\.id))
            let newest = vendor.contractTable.rows.map(\.stampedAt).max() ?? 0
            #expect(newest >= seen)
            seen = newest
            let earlier = vendor.now.milliseconds / 1000
            vendor.advance(to: now)
            let rows = vendor.contractTable.rows
            #expect(rows.allSatisfy { $0.stampedAt <= now.milliseconds / 1000 })
            #expect(before.isSubset(of: Set(rows.map(\.id))))
            #expect(rows.filter { !before.contains($0.id) }.allSatisfy { $0.stampedAt > earlier })
            #expect(zip(rows, rows.dropFirst()).allSatisfy { ContractRow.precedes($0, $1) })
        }
    }

    @Test func termsOfOnePartnerChangeNothingElse() throws {
        var plain = vendor()
        var told = vendor()
        let msp = try #require(
            told.partners.indices.filter { told.partners[$0].segment == 1 }
                .max { told.partners[$0].customers < told.partners[$1].customers })
        let day = told.configuration.start + 7
        for instant in [day.start(in: .gmt), (day + 500).start(in: .gmt)] {
            plain.advance(to: instant)
            told.advance(to: instant)
            if told.today == day {
                let isNews = told.post("discount-freedom", toPartner: msp)
                #expect(isNews)
            }
        }
        func rows(_ vendor: SimulatedVendor, ofPartner isOf: (Int) -> Bool) -> [String] {
            vendor.contracts.filter { isOf($0.partner) }.map { "\($0)" }.sorted()
        }
        #expect(rows(plain) { $0 != msp } == rows(told) { $0 != msp })
        #expect(rows(plain) { $0 == msp } != rows(told) { $0 == msp })
    }

    @Test func decidesARenewalByTheTermsOfTheDueDate() throws {
        let configuration = PracticeFixture.configuration(
            resellerEffect: PlanEffect(renewal: 0.1, churn: 0, discount: 0))
        var vendor = SimulatedVendor(configuration: configuration, seed: 3)
        let start = configuration.start
        vendor.advance(to: (start + 1).start(in: .gmt))
        for position in vendor.partners.indices { _ = vendor.post("retention-bonus", toPartner: position) }
        let cohort = vendor.contracts.filter {
            $0.isInForce(on: start + 1) && (start + 2...start + 150).contains($0.endsOn)
        }
        #expect(cohort.count > 30)
        vendor.advance(to: (start + 150 + 30).start(in: .gmt))
        let renewed = Set(vendor.contracts.compactMap(\.predecessor))
        let byID = Dictionary(uniqueKeysWithValues: vendor.contracts.map { ($0.id, $0) })
        for contract in cohort {
            let final = try #require(byID[contract.id])
            guard final.cancelledOn == nil else {
                #expect(!renewed.contains(contract.id))
                continue
            }
            let partner = vendor.partners[contract.partner]
            let isTold = vendor.behaviour.renews(contract, of: partner, under: "retention-bonus")
            #expect(renewed.contains(contract.id) == isTold, "\(contract.id)")
            #expect(final.status == (isTold ? .renewed : .expired))
        }
    }

    @Test func signsRenewalsFromWeeksBeforeToDaysAfterTheDueDate() throws {
        let vendor = vendor(weeks: 60)
        let byID = Dictionary(uniqueKeysWithValues: vendor.contracts.map { ($0.id, $0) })
        let offsets = vendor.contracts.compactMap { contract in
            contract.predecessor.flatMap { byID[$0] }.map { contract.signedOn - $0.endsOn }
        }
        #expect(offsets.count > 80)
        #expect(offsets.allSatisfy { (-42...25).contains($0) })
        #expect(offsets.contains { $0 < -7 } && offsets.contains { $0 > 7 } && offsets.contains(0))
        for contract in vendor.contracts {
            guard let old = contract.predecessor.flatMap({ byID[$0] }) else { continue }
            #expect(contract.startsOn == old.endsOn + 1)
            #expect(old.status == .renewed)
            #expect(contract.key.customerBits == old.key.customerBits)
        }
    }

    @Test func restatesAmountsAndRealignsAccountsTogether() throws {
        let early = vendor()
        let late = vendor(weeks: 26)
        let before = Dictionary(uniqueKeysWithValues: early.contracts.map { ($0.id, $0.amount) })
        let restated = late.contracts.filter { contract in
            before[contract.id].map { $0 != contract.amount } ?? false
        }
        #expect(!restated.isEmpty)
        #expect(restated.count < early.contracts.count / 10)
        #expect(Set(late.accountTable.rows.map(\.stampedAt)).count == 1)
        #expect(late.accountTable.rows[0].stampedAt > early.accountTable.rows[0].stampedAt)
    }

    @Test func keysetPagingLosesAndRepeatsNothing() throws {
        let vendor = vendor(weeks: 30)
        let stamps = vendor.contractTable.rows.map(\.stampedAt)
        #expect(Set(stamps).count < stamps.count)
        var read: [RecordID] = []
        var last: ContractRow?
        repeat {
            let after =
                last.map { row in
                    let stamp = Instant(milliseconds: row.stampedAt * 1000)
                    return
                        "WHERE (SystemModstamp = \(stamp) AND Id > '\(row.id)') OR SystemModstamp > \(stamp)"
                } ?? ""
            let plan = try QueryPlan(
                SOQLParser.parse(
                    "SELECT Id FROM Contract \(after) ORDER BY SystemModstamp, Id LIMIT 7"),
                schema: ContractRow.schema)
            let page = plan.select(from: vendor.contractTable)
            read += page.map(\.id)
            last = page.last
        } while last != nil
        #expect(read == vendor.contractTable.rows.map(\.id))
        #expect(Set(read).count == read.count)
    }
}
