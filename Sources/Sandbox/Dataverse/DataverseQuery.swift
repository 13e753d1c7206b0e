import Foundation
import Model

/// A read of an entity set: what its query options ask for.
struct DataverseQuery: Sendable {
    let entity: DataverseEntity
    /// The primary id, and the columns selected.
    private(set) var attributes: [DataverseAttribute]
    private var filter: ODataFilter?
    private var ordering: [(attribute: DataverseAttribute, isDescending: Bool)] = []
    private(set) var top: Int?
    private(set) var countsRows = false
    /// Where a page goes on, from `$skiptoken`.
    private(set) var cookie: String?
    /// Where changes go on, from `$deltatoken`.
    private(set) var delta: RecordVersion?

    private static let options: Set<String> = [
        "$select", "$filter", "$orderby", "$top", "$count", "$skiptoken", "$deltatoken",
    ]

    init(_ fields: FormFields, of entity: DataverseEntity, tracksChanges: Bool) throws(DataverseError) {
        self.entity = entity
        for name in fields.names where name.hasPrefix("$") && !DataverseQuery.options.contains(name) {
            throw .malformed("The query option '\(name)' is not supported.")
        }
        let selected = fields.list("$select")
        attributes =
            selected.isEmpty ? entity.attributes : entity.attributes.filter { $0.name == entity.primaryID }
        for name in selected where name != entity.primaryID {
            attributes.append(try DataverseQuery.attribute(name, entity))
        }
        if let text = fields["$filter"], !text.isEmpty {
            filter = try ODataFilterParser.parse(text) { name, literal throws(DataverseError) in
                let attribute = try DataverseQuery.attribute(name, entity)
                guard let value = attribute.parsed(literal) else {
                    throw .malformed(
                        "A binary operator with incompatible types was detected at property '\(name)' of type "
                            + "\(attribute.kind.rawValue).")
                }
                return value
            }
        }
        for item in fields.list("$orderby") {
            let words = item.split(separator: " ")
            guard let name = words.first, words.count <= 2,
                words.count == 1 || ["asc", "desc"].contains(words[1])
            else { throw .malformed("Syntax error in the orderby expression '\(item)'.") }
            ordering.append((try DataverseQuery.attribute(String(name), entity), words.last == "desc"))
        }
        if let text = fields["$top"] {
            guard let top = Int(text), top > 0 else { throw .malformed("Invalid value '\(text)' for $top.") }
            self.top = top
        }
        countsRows = fields["$count"] == "true"
        cookie = fields["$skiptoken"].map(DataverseQuery.cookie)
        if let text = fields["$deltatoken"] {
            let parts = text.split(separator: "!")
            guard parts.count == 2, let second = Int64(parts[0]), let ordinal = Int(parts[1]) else {
                throw .malformed("The delta token '\(text)' is malformed.")
            }
            delta = RecordVersion(committedAt: second, ordinal: ordinal)
        }
        let isNarrowed = filter != nil || !ordering.isEmpty || top != nil
        if tracksChanges && isNarrowed {
            throw .malformed(
                "odata.track-changes cannot be combined with $filter, $orderby, $expand or $top.")
        }
    }

    private static func attribute(
        _ name: String, _ entity: DataverseEntity
    ) throws(DataverseError) -> DataverseAttribute {
        guard let attribute = entity.attribute(name) else { throw .noProperty(name, entity.logicalName) }
        return attribute
    }

    /// `K7-5000` of `<cookie pagenumber="2" pagingcookie="K7-5000" … />`.
    private static func cookie(_ text: String) -> String {
        guard let start = text.range(of: "pagingcookie=\"") else { return text }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    /// The rows it finds, in the order asked for and then by id.
    func rows(in all: [any RecordRow]) -> [any RecordRow] {
        var rows = all.filter { !$0.isDeleted || $0.edit?.master != nil }
        if let filter {
            let byName = Dictionary(entity.attributes.map { ($0.name, $0) }) { first, _ in first }
            rows = rows.filter { row in filter.holds { byName[$0]?.value(row) ?? .null } }
        }
        let ordering = ordering
        rows.sort { left, right in
            for item in ordering {
                let first = item.attribute.value(left)
                let second = item.attribute.value(right)
                if first == second { continue }
                guard let order = first.order(against: second) else {
                    return (first == .null) != item.isDescending
                }
                if order != 0 { return (order < 0) != item.isDescending }
            }
            return left.id < right.id
        }
        return top.map { Array(rows.prefix($0)) } ?? rows
    }

    /// What changed since the delta token: rows that are there, and the ids of those that are not.
    func changes(in all: [any RecordRow], since version: RecordVersion) -> (
        rows: [any RecordRow], deleted: [RecordID]
    ) {
        let changed = all.filter { $0.version > version }.sorted { $0.version < $1.version }
        let isThere = { (row: any RecordRow) in !row.isDeleted || row.edit?.master != nil }
        return (changed.filter(isThere), changed.filter { !isThere($0) }.map(\.id))
    }
}

/// A read that is under way: its rows stay as they were when it began.
struct DataverseWalk: Sendable {
    let rows: [any RecordRow]
    /// After the rows, when it is a walk over changes.
    let deleted: [RecordID]
    let tracksChanges: Bool
    /// When it began; the token of a first read is of its end instead.
    let version: RecordVersion
    let isDelta: Bool

    var count: Int { rows.count + deleted.count }
}

/// What Dataverse remembers between calls; a restart forgets it. Delta tokens need no memory.
struct DataverseCursors: Sendable {
    private var walks: [String: DataverseWalk] = [:]
    private var open: [String] = []
    private var serial = 0

    static let limit = 100
    /// How long changes are kept.
    static let keptDays: Int64 = 7

    func walk(_ key: String) -> DataverseWalk? { walks[key] }

    mutating func add(_ walk: DataverseWalk) -> String {
        serial += 1
        let key = "K\(serial)"
        walks[key] = walk
        open.append(key)
        if open.count > DataverseCursors.limit { walks[open.removeFirst()] = nil }
        return key
    }
}

/// A page of a walk.
struct DataversePage: Sendable {
    let walk: DataverseWalk
    let key: String
    let cursor: PageCut.Cursor
    let number: Int
    /// A token for what changes from here on.
    let version: RecordVersion
}

extension PracticeOrg {
    /// The page of a read: its first, or the one its cookie names.
    func page(_ query: DataverseQuery, tracksChanges: Bool) throws(DataverseError) -> DataversePage {
        let book = records()
        if let cookie = query.cookie {
            let parts = cookie.split(separator: "-")
            guard parts.count == 3, let walk = dataverse.walk(String(parts[0])), let number = Int(parts[1]),
                let cursor = PageCut.Cursor(parts[2])
            else { throw .expiredCookie }
            return DataversePage(
                walk: walk, key: String(parts[0]), cursor: cursor, number: number, version: book.version)
        }
        let all: [any RecordRow] = query.entity.prefix == .account ? companies().rows : book.contracts.rows
        let walk: DataverseWalk
        if let since = query.delta {
            guard book.version.committedAt - since.committedAt <= DataverseCursors.keptDays * 86_400,
                since <= book.version
            else { throw .expiredVersion }
            let changes = query.changes(in: all, since: since)
            walk = DataverseWalk(
                rows: changes.rows, deleted: changes.deleted, tracksChanges: true, version: book.version,
                isDelta: true)
        } else {
            walk = DataverseWalk(
                rows: query.rows(in: all), deleted: [], tracksChanges: tracksChanges, version: book.version,
                isDelta: false)
        }
        return DataversePage(
            walk: walk, key: dataverse.add(walk), cursor: .init(0), number: 1, version: book.version)
    }

    /// The record of an entity by its id; a merged one stays.
    func row(_ entity: DataverseEntity, _ id: RecordID) -> (any RecordRow)? {
        let all: [any RecordRow] = entity.prefix == .account ? companies().rows : records().contracts.rows
        return all.first { $0.id == id && (!$0.isDeleted || $0.edit?.master != nil) }
    }
}
