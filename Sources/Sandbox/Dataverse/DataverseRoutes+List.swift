import Foundation
import Hummingbird

/// Reads of an entity set, page by page.
extension DataverseRoutes {
    static let largestPage = 5000
    /// Counts go no further.
    static let largestCount = 5000

    func list(
        _ entity: DataverseEntity, _ request: Request, _ fields: FormFields, _ base: String
    ) async throws -> Response {
        let preferences = Preferences(request.headers[values: .prefer])
        let query = try DataverseQuery(fields, of: entity, tracksChanges: preferences.tracksChanges)
        return try await admitted(request, isPage: true, query: query) { fault in
            let page = try await org.page(query, tracksChanges: preferences.tracksChanges)
            let size = query.top ?? preferences.pageSize ?? DataverseRoutes.largestPage
            let cut = PageCut(count: page.walk.count, at: page.cursor, size: size, bentBy: fault?.kind)
            var writer = DataverseWriter(
                base: base, entity: entity, attributes: query.attributes, fault: fault)
            let delta = page.walk.isDelta ? "/$delta" : ""
            writer.raw("{\"@odata.context\":\"\(base)/$metadata#\(entity.entitySet)\(delta)\"")
            if query.countsRows {
                writer.raw(",\"@odata.count\":\(min(DataverseRoutes.largestCount, page.walk.count))")
            }
            writer.raw(",\"value\":[")
            for position in cut.rows {
                writer.raw(position == cut.rows.lowerBound ? "" : ",")
                if position < page.walk.rows.count {
                    writer.row(page.walk.rows[position])
                } else {
                    writer.deleted(page.walk.deleted[position - page.walk.rows.count])
                }
            }
            writer.raw("]")
            if let next = cut.next {
                let host = cut.isForeign ? "https://crm.example.net/api/data/v9.2" : base
                writer.raw(",\"@odata.nextLink\":\"\(host)/\(entity.entitySet)?\(options(fields))")
                writer.raw(cookie(page, next) + "\"")
            } else if page.walk.tracksChanges {
                // The token of a first read is issued by its last page: what changed meanwhile is in neither.
                let version = page.walk.isDelta ? page.walk.version : page.version
                writer.raw(",\"@odata.deltaLink\":\"\(base)/\(entity.entitySet)?\(options(fields))")
                writer.raw("$deltatoken=\(version.committedAt)%21\(version.ordinal)\"")
            }
            writer.raw("}")
            var answer = PracticeAnswer(writer.json.bytes)
            if let applied = preferences.applied { answer.headers[.practice("Preference-Applied")] = applied }
            return answer
        }
    }

    private func cookie(_ page: DataversePage, _ next: PageCut.Cursor) -> String {
        let number = page.number + 1
        return "$skiptoken=%3Ccookie%20pagenumber=%22\(number)%22%20pagingcookie=%22\(page.key)-\(number)-"
            + "\(next.text)%22%20istracking=%22False%22%20/%3E"
    }

    /// The options a link repeats: what is selected, and whether rows are counted.
    private func options(_ fields: FormFields) -> String {
        var text = ""
        let selected = fields.list("$select")
        if !selected.isEmpty { text += "$select=\(selected.joined(separator: ","))&" }
        if fields["$count"] == "true" { text += "$count=true&" }
        return text
    }
}

/// What the Prefer headers of a read ask for.
private struct Preferences {
    private(set) var pageSize: Int?
    private(set) var tracksChanges = false

    init(_ headers: [String]) {
        for item in headers.joined(separator: ",").split(separator: ",") {
            let pair = item.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            switch pair.first?.lowercased() {
            case "odata.track-changes": tracksChanges = true
            case "odata.maxpagesize", "maxpagesize":
                if pair.count == 2, let size = Int(pair[1]), size > 0 {
                    pageSize = min(size, DataverseRoutes.largestPage)
                }
            default: break
            }
        }
    }

    var applied: String? {
        let items = [tracksChanges ? "odata.track-changes" : nil, pageSize.map { "odata.maxpagesize=\($0)" }]
        let text = items.compactMap { $0 }.joined(separator: ",")
        return text.isEmpty ? nil : text
    }
}
