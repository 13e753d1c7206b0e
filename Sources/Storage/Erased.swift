import GRDB
import Model

/// Decides whose set-aside rows keep their text once somebody was erased.
///
/// A row that could not be read may name an erased person in ways nobody can search for: another spelling, a name
/// without the id. So its text stays only where the book knows the record and that it is about others: the record says
/// a partner or customer, and neither was erased. No name and no hash of one has to be remembered for that.
struct Erased {
    private let db: Database
    private let subjects: Set<ErasableSubject>
    private let mention: Mention

    /// `nil` where nobody was ever erased.
    ///
    /// - Parameter names: of the erased, where they are still known.
    init?(_ db: Database, names: [String] = []) throws {
        let subjects = try Transaction(db).erasures().map(\.subject)
        guard !subjects.isEmpty else { return nil }
        self.db = db
        self.subjects = Set(subjects)
        mention = Mention(of: subjects.map(\.id.rawValue) + names)
    }

    /// Whether the row's text may be kept.
    func permits(_ row: QuarantinedRow, of stream: String, in source: String) throws -> Bool {
        if [row.place, row.reason, row.payload].contains(where: mention.isFound) { return false }
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT partner, customer FROM fact
                    WHERE source = ? AND stream = ? AND native_id = ? AND is_deleted = 0
                    ORDER BY sequence DESC LIMIT 1
                    """), arguments: [source, stream, row.place])
        let partner = (known?["partner"] as String?).map { ErasableSubject(kind: .partner, id: $0) }
        let customer = (known?["customer"] as String?).map { ErasableSubject(kind: .customer, id: $0) }
        let about = [partner, customer].compactMap(\.self)
        return !about.isEmpty && subjects.isDisjoint(with: about)
    }
}
