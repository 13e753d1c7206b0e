import Foundation
import Model
import Storage
import Synchronization
import Transport

@testable import Ingestion

/// A store and a directory of files; connectors are made anew for each run, as after a restart.
final class FileLaboratory: Sendable {
    enum Form: String, Sendable, CaseIterable {
        /// Columns with the names of the fields, of which files may leave out those that are not needed.
        case kinds
        /// Columns of their own.
        case mapped
        case lines

        var ending: String { self == .lines ? "jsonl" : "csv" }
    }

    let form: Form
    let store: Store
    let drop: URL
    private let folder: URL
    private let clock = Mutex(Laboratory.start)

    init(_ form: Form) throws {
        self.form = form
        folder = FileManager.default.temporaryDirectory.appending(path: "fw-files-\(UUID().uuidString)")
        drop = folder.appending(path: "drop")
        try FileManager.default.createDirectory(at: drop, withIntermediateDirectories: true)
        store = try Store.create(
            at: folder.appending(path: "store.sqlite").path, isPractice: false,
            at: Instant(milliseconds: Laboratory.start * 1000), by: Actor("laboratory"))
    }

    func close() { try? FileManager.default.removeItem(at: folder) }

    // MARK: - Files

    /// One contract as a file tells it.
    struct Row: Hashable {
        var id: String
        var amount: Int
        var cancelledOn: String?
    }

    func name(_ number: Int) -> String { "contracts-\(number).\(form.ending)" }

    /// A file's text; `columns`: whether it has the one that is not needed.
    func text(_ rows: [Row], cancellations: Bool = true) -> String {
        switch form {
        case .kinds, .mapped:
            var names =
                form == .kinds
                ? "contract,partner,customer,signedOn,startsOn,endsOn,annualAmount,currency"
                : "Id,Partner,Customer,Signed,Starts,Ends,Amount,Currency"
            if cancellations { names += form == .kinds ? ",cancelledOn" : ",Cancelled" }
            return rows.reduce(names + "\n") { text, row in
                text + "\(row.id),p1,k-\(row.id),2026-01-01,2026-01-01,2026-12-31,\(row.amount),EUR"
                    + (cancellations ? "," + (row.cancelledOn ?? "") : "") + "\n"
            }
        case .lines:
            return rows.reduce("") { text, row in
                text + #"{"Id":"\#(row.id)","Partner":"p1","Customer":"k-\#(row.id)","Signed":"2026-01-01","#
                    + #""Starts":"2026-01-01","Ends":"2026-12-31","Amount":\#(row.amount),"Currency":"EUR""#
                    + (row.cancelledOn.map { #","Cancelled":"\#($0)""# } ?? "") + "}\n"
            }
        }
    }

    /// Drops a file as a careful system does: under another name first.
    func write(_ number: Int, _ text: String) throws {
        let part = drop.appending(path: "part.tmp")
        try Data(text.utf8).write(to: part)
        let stamp = clock.withLock { clock in
            clock += 1
            return clock
        }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(stamp))], ofItemAtPath: part.path)
        let file = drop.appending(path: name(number))
        try? FileManager.default.removeItem(at: file)
        try FileManager.default.moveItem(at: part, to: file)
    }

    func remove(_ number: Int) throws {
        try FileManager.default.removeItem(at: drop.appending(path: name(number)))
    }

    // MARK: - Runs

    private var environment: SourceEnvironment {
        SourceEnvironment(
            now: { Instant(milliseconds: self.clock.withLock { $0 } * 1000) },
            sleep: { seconds in self.clock.withLock { $0 += Int64(seconds.rounded(.up)) } }, random: { 0.5 })
    }

    private var source: FileSource {
        let content: FileStream.Content =
            switch form {
            case .kinds: .kind(.contract)
            case .mapped, .lines:
                .mapping(
                    StreamMapping(
                        stream: "contracts", object: "drop", kind: .contract,
                        fields: [
                            "contract": "Id", "partner": "Partner", "customer": "Customer",
                            "signedOn": "Signed", "startsOn": "Starts", "endsOn": "Ends",
                            "annualAmount": "Amount", "currency": "Currency", "cancelledOn": "Cancelled",
                        ].mapValues { FieldRule($0) }))
            }
        let environment = environment
        return FileSource(
            FileConfiguration(name: "lab", streams: [FileStream(content: content, path: drop.path)]),
            now: { environment.now() })
    }

    /// One run. `interrupt`: throws before or after the page of that number is stored.
    func run(interrupt: Int? = nil) async throws {
        clock.withLock { $0 += 60 }
        let source = source
        let door = Door(store: store, environment: environment, interrupt: interrupt)
        for plan in source.streams {
            let mapper = StreamMapper(mapping: plan.mapping)
            _ = try await pull(
                source, plan, into: door, map: { mapper.map(page: $0) }, environment: environment)
        }
    }

    /// What the run said that ended red; `nil`: it was green.
    func failure() async throws -> SourceError? {
        do {
            try await run()
            return nil
        } catch let error as SourceError {
            return error
        }
    }

    /// The book's latest word on each contract; `nil` where it is gone.
    func book() async throws -> [String: Row?] {
        try await store.read { transaction in
            var book: [String: Row?] = [:]
            for fact in try transaction.facts() {
                if case .contract(let contract) = fact.body {
                    book[fact.nativeID] = .some(
                        Row(
                            id: contract.contract.rawValue,
                            amount: Int(contract.annualAmount.minorUnits / 100),
                            cancelledOn: contract.cancelledOn?.description))
                } else {
                    book[fact.nativeID] = .some(nil)
                }
            }
            return book
        }
    }

    /// Places of rows that stand set aside.
    func aside() async throws -> [String] {
        try await store.read { try $0.setAsideRows() }.filter { $0.correctedAt == nil }.map(\.place)
    }
}
