package import Model

/// The part of a book that can earn, partner by partner: what a plan reads.
///
/// Rows are sorted by (partner, day signed, contract id), so that a plan runs over a partner in one pass. Deleted
/// contracts, and those of partners the roster does not have, earn nothing and are left out.
package struct EarningBook: Sendable {
    /// A contract as plans see it. Fields stand where they leave no gaps: a book is read as fast as memory gives it.
    package struct Row: Sendable {
        package var signedOn: Day
        package var startsOn: Day
        package var endsOn: Day
        /// Number of the customer.
        package var customer: Int32
        /// Index into ``EarningBook/contracts``.
        package var contract: Int32
        /// The day the customer left early.
        package var leftOn: Day?
        /// Index into ``EarningBook/currencies``.
        package var currency: UInt8
        package var isRenewal: Bool
        /// Recurring amount over one year, in minor units of `currency`.
        package var annualAmount: Int64
        package var discount: Rate

        package init(
            signedOn: Day, startsOn: Day, endsOn: Day, leftOn: Day?, annualAmount: Int64, currency: UInt8,
            isRenewal: Bool, discount: Rate, customer: Int32, contract: Int32
        ) {
            self.signedOn = signedOn
            self.startsOn = startsOn
            self.endsOn = endsOn
            self.leftOn = leftOn
            self.annualAmount = annualAmount
            self.currency = currency
            self.isRenewal = isRenewal
            self.discount = discount
            self.customer = customer
            self.contract = contract
        }
    }

    /// A contract's name and the fact it rests on.
    package struct Identity: Sendable, Hashable {
        package var contract: Contract.ID
        package var sequence: Int64

        package init(contract: Contract.ID, sequence: Int64) {
            self.contract = contract
            self.sequence = sequence
        }
    }

    struct Reached {
        var milestone: String
        var on: Day
        var sequence: Int64
    }

    struct Reading {
        var measure: String
        var value: Int64
        var on: Day
        var sequence: Int64
    }

    /// Sorted.
    package private(set) var partners: [Partner.ID]
    /// Where each partner's rows begin; one more than partners.
    private let starts: [Int]
    package let rows: [Row]
    /// Sorted by id.
    package let contracts: [Identity]
    package let currencies: [Currency]
    /// By contract number, where a source tells any.
    let attributes: [Int32: [String: String]]
    /// By contract number, earliest first.
    let milestones: [Int32: [Reached]]
    /// By customer number, earliest first; of one day the one learned last.
    let readings: [Int32: [Reading]]

    /// - Parameters:
    ///   - rows: sorted by partner, day signed and contract id.
    ///   - starts: where each partner's rows begin, and the number of rows.
    ///   - contracts: sorted by id.
    package init(
        partners: [Partner.ID], starts: [Int], rows: [Row], contracts: [Identity], currencies: [Currency]
    ) {
        self.init(
            partners: partners, starts: starts, rows: rows, contracts: contracts, currencies: currencies,
            attributes: [:], milestones: [:], readings: [:])
    }

    private init(
        partners: [Partner.ID], starts: [Int], rows: [Row], contracts: [Identity], currencies: [Currency],
        attributes: [Int32: [String: String]], milestones: [Int32: [Reached]], readings: [Int32: [Reading]]
    ) {
        precondition(starts.count == partners.count + 1 && starts.last == rows.count)
        self.partners = partners
        self.starts = starts
        self.rows = rows
        self.contracts = contracts
        self.currencies = currencies
        self.attributes = attributes
        self.milestones = milestones
        self.readings = readings
    }

    /// The rows of a partner, by its place in ``partners``.
    package func rows(ofPartner index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The place of a partner in ``partners``; `nil` when the roster does not have it.
    ///
    /// - Parameter guess: where to look first.
    package func index(of partner: Partner.ID, near guess: Int = 0) -> Int? {
        if partners.indices.contains(guess), partners[guess] == partner { return guess }
        var low = 0
        var high = partners.count
        while low < high {
            let middle = (low + high) / 2
            if partners[middle] < partner { low = middle + 1 } else { high = middle }
        }
        return low < partners.count && partners[low] == partner ? low : nil
    }
}

extension EarningBook {
    package init(_ book: Book) {
        let currencies = Array(Set(book.contracts.map(\.annualAmount.currency))).sorted()
        precondition(currencies.count <= 256, "a book has at most 256 currencies")
        let currencyIndex = Dictionary(uniqueKeysWithValues: currencies.enumerated().map { ($1, UInt8($0)) })
        let earning = book.contracts.indices.filter {
            book.contracts[$0].deletedOn == nil && book.contracts[$0].partner != nil
        }.sorted { left, right in
            let (l, r) = (book.contracts[left], book.contracts[right])
            return (l.partner ?? 0, l.signedOn, left) < (r.partner ?? 0, r.signedOn, right)
        }
        var starts = [Int](repeating: 0, count: book.partners.count + 1)
        for index in earning { starts[(book.contracts[index].partner ?? 0) + 1] += 1 }
        for partner in 0..<book.partners.count { starts[partner + 1] += starts[partner] }
        let rows = earning.map { index in
            let entry = book.contracts[index]
            return Row(
                signedOn: entry.signedOn, startsOn: entry.startsOn, endsOn: entry.endsOn,
                leftOn: entry.cancelledOn, annualAmount: entry.annualAmount.minorUnits,
                currency: currencyIndex[entry.annualAmount.currency] ?? 0, isRenewal: entry.isRenewal,
                discount: entry.discount, customer: Int32(entry.customer), contract: Int32(index))
        }
        let evidence = Evidence(book)
        self.init(
            partners: book.partners.map(\.id), starts: starts, rows: rows,
            contracts: book.contracts.map { Identity(contract: $0.id, sequence: $0.sequence) },
            currencies: currencies, attributes: evidence.attributes, milestones: evidence.milestones,
            readings: evidence.readings)
    }

    private struct Evidence {
        var attributes: [Int32: [String: String]] = [:]
        var milestones: [Int32: [Reached]] = [:]
        var readings: [Int32: [Reading]] = [:]

        init(_ book: Book) {
            for (index, entry) in book.contracts.enumerated() where !entry.attributes.isEmpty {
                attributes[Int32(index)] = entry.attributes
            }
            if !book.milestones.isEmpty {
                let numbers = Dictionary(
                    uniqueKeysWithValues: book.contracts.enumerated().map { ($1.id, Int32($0)) })
                for fact in book.milestones {
                    guard let number = numbers[fact.body.contract] else { continue }
                    milestones[number, default: []].append(
                        Reached(
                            milestone: fact.body.milestone, on: fact.body.reachedOn, sequence: fact.sequence))
                }
            }
            if !book.readings.isEmpty {
                let numbers = Dictionary(
                    uniqueKeysWithValues: book.customers.enumerated().map { ($1, Int32($0)) })
                for fact in book.readings {
                    guard let number = numbers[fact.body.customer] else { continue }
                    readings[number, default: []].append(
                        Reading(
                            measure: fact.body.measure, value: fact.body.value, on: fact.body.observedOn,
                            sequence: fact.sequence))
                }
                for number in readings.keys {
                    readings[number]?.sort { ($0.on, $0.sequence) < ($1.on, $1.sequence) }
                }
            }
        }
    }
}

extension EarningBook.Row {
    /// Whether the contract runs on `day`, for all that is known on it.
    package func isInForce(on day: Day) -> Bool {
        startsOn <= day && day <= endsOn && !hasLeft(by: day)
    }

    package func hasLeft(by day: Day) -> Bool { leftOn.map { $0 <= day } ?? false }

    /// Full months of the term, 1 to 120: a contract without an end is often kept as one that ends in 9999.
    var termMonths: Int { min(max(1, startsOn.fullMonths(until: endsOn + 1)), 120) }
}
