package import Model

/// A system outcomes are read from, by one connector.
///
/// A connector knows its protocol: how to ask, page, count and sign in. Windows, watermarks, resuming,
/// completeness, reconciliation, mapping and storing live once in the loop; waiting, budgets and repeats once in
/// ``SourceClient``.
package protocol OutcomeSource: Sendable {
    /// Part of every fact's identity; never renamed once data has been ingested.
    var name: Source.Name { get }
    /// In the order they are read.
    var streams: [StreamPlan] { get }
    /// The source's clock, from an answer of its own: what windows are bounded by.
    func serverTime() async throws(SourceError) -> Instant
    /// The fields of a stream's object as the source describes them; `nil` when it describes nothing.
    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema?
    /// The page of `walk` after `position` (`nil`: its first).
    ///
    /// The same position gives the remaining rows again, in the same order; a page may hold no row and still have
    /// a next one. A page that cannot be trusted is an error, never a shorter page.
    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage
    /// A page that shows what a stream's rows become. Nothing of it is stored; one page is asked for, whatever it
    /// holds, and nothing is made at the source.
    func sample(of stream: StreamPlan, at upper: Instant) async throws(SourceError) -> SourcePage
    /// What an operator should know before the first run: name resolution, TLS, credentials, rights on each
    /// mapped field, clock skew. Never throws; each finding stands for itself.
    func checks() async -> [SourceCheck]
}

extension OutcomeSource {
    /// The first page of everything.
    package func sample(
        of stream: StreamPlan, at upper: Instant
    ) async throws(SourceError) -> SourcePage {
        try await page(of: stream, in: .full(upper: upper), after: nil)
    }
}

/// One stream of a source and how its changes can be found.
package struct StreamPlan: Sendable, Hashable {
    package enum Incremental: Sendable, Hashable {
        /// By the time of each record's last change. `lag`: how far behind the server's clock a window ends,
        /// because records become visible later than their stamps say. `overlap`: how far a window reaches
        /// back behind the one before.
        case windows(lag: Duration, overlap: Duration)
        /// By a token that the source hands out on the last page of a walk (delta links).
        case token
        /// The source cannot tell what changed: everything is read each time, and what is missing then is gone.
        case snapshot
        /// As `snapshot`, but a file may hold only what changed: what is missing stays. When the last page of a walk
        /// handed out a token, the next walk is the ``Walk/delta(token:upper:)`` from it, unless everything is
        /// asked for: files that were read are not read again, unless the token was handed out for another mapping.
        case files
    }

    package var mapping: StreamMapping
    package var incremental: Incremental
    /// Whether deletions come in a walk of their own (``Walk/deletions(lower:upper:)``) before each window's
    /// changes, so that a record restored within the window ends up live.
    package var walksDeletions: Bool
    /// Whether ``Walk/identities(upper:)`` can list the ids of everything there is.
    package var listsIdentities: Bool

    package init(
        mapping: StreamMapping, incremental: Incremental, walksDeletions: Bool = false,
        listsIdentities: Bool = false
    ) {
        self.mapping = mapping
        self.incremental = incremental
        self.walksDeletions = walksDeletions
        self.listsIdentities = listsIdentities
    }

    package var name: String { mapping.stream }
}

/// What is read in one go, page by page. Its bounds never move while it is read.
package enum Walk: Sendable, Hashable, Codable {
    /// Everything that was there at `upper`; a first load, a refresh.
    case full(upper: Instant)
    /// What changed from `lower` to `upper`, both included.
    case changes(lower: Instant, upper: Instant)
    /// What changed since the token was handed out.
    case delta(token: String, upper: Instant)
    /// Records deleted or merged from `lower` to `upper`.
    case deletions(lower: Instant, upper: Instant)
    /// The ids of everything that is there, without the mapped fields.
    case identities(upper: Instant)

    package var upper: Instant {
        switch self {
        case .full(let upper), .changes(_, let upper), .delta(_, let upper), .deletions(_, let upper),
            .identities(let upper):
            upper
        }
    }
}

/// Where reading of a walk goes on: text that only the connector reads; stored between pages.
package struct Position: Sendable, Hashable, Codable {
    package var text: String

    package init(_ text: String) { self.text = text }
}

/// One page of a walk, as the source sent it.
package struct SourcePage: Sendable {
    /// How the source lets us check that nothing is missing.
    package enum Count: Sendable, Hashable {
        /// It does not count.
        case none
        /// The pages of one query: how many rows it found in all. `starts` on its first page; a query begun
        /// anew in the middle of a walk counts from where it began.
        case chain(total: Int, starts: Bool)
        /// Rows that were not delivered before this page, the page's own included.
        case remaining(Int)
    }

    /// The rows' values, by the fields that were asked for.
    package var records: RecordBatch
    /// What each row of `records` is.
    package var rows: [RowIdentity]
    /// `nil` on the walk's last page.
    package var next: Position?
    package var count: Count
    /// Handed out on the last page of a full or delta walk by sources that have tokens.
    package var token: String?
    /// Rows of the source's answer that are none of the stream's: a page without rows of its own that skipped some is
    /// progress, not an empty page.
    package var skipped: Int

    package init(
        records: RecordBatch, rows: [RowIdentity], next: Position?, count: Count = .none,
        token: String? = nil, skipped: Int = 0
    ) {
        self.records = records
        self.rows = rows
        self.next = next
        self.count = count
        self.token = token
        self.skipped = skipped
    }
}

/// Which record a row is about and what became of it.
package struct RowIdentity: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case live
        case deleted
        /// The record is now part of another one.
        case merged(into: String)
    }

    package var id: String
    /// The source's version stamp as sent, for the auditor; never part of the identity.
    package var version: String
    package var state: State
    /// Why a live row cannot be read, although its page can be trusted: it is set aside, with `id` as its place.
    package var fault: String?

    package init(id: String, version: String, state: State = .live, fault: String? = nil) {
        self.id = id
        self.version = version
        self.state = state
        self.fault = fault
    }
}

/// The fields of an object as its source describes them.
package struct SourceSchema: Sendable, Hashable {
    package struct Field: Sendable, Hashable, Codable {
        package var name: String
        /// The source's word for the type.
        package var type: String
        /// Computed by the source: it may change without the record's stamp moving.
        package var isCalculated: Bool

        package init(name: String, type: String, isCalculated: Bool = false) {
            self.name = name
            self.type = type
            self.isCalculated = isCalculated
        }
    }

    package var fields: [Field]

    package init(fields: [Field]) { self.fields = fields }
}

/// One finding about a source.
package struct SourceCheck: Sendable, Hashable, Codable {
    package enum Result: String, Sendable, Hashable, Codable { case ok, warning, failure }

    /// What was looked at: "credentials", "field 'Renews__c' of Contract".
    package var subject: String
    package var result: Result
    /// What was found; on a warning or failure also what to do.
    package var detail: String

    package init(_ subject: String, _ result: Result, _ detail: String) {
        self.subject = subject
        self.result = result
        self.detail = detail
    }
}
