import Model

/// What the portal holds at an instant, in the order of ids.
struct HubSpotView: Sendable {
    let now: Instant
    /// Search does not know what was committed in the last so many seconds.
    let searchLag: Int64
    let companies: [AccountRow]
    let deals: [ContractRow]

    func rows(_ object: HubSpotObject) -> [any RecordRow] {
        object == .companies ? companies : deals
    }

    /// The records of a list: the living ones, or the archived ones that can still be restored.
    func list(_ object: HubSpotObject, isArchived: Bool) -> [any RecordRow] {
        rows(object).filter {
            isArchived ? $0.isDeleted && !$0.isPurged && $0.edit?.master == nil : !$0.isDeleted
        }
    }

    func searchable(_ object: HubSpotObject) -> [any RecordRow] {
        let newest = now.milliseconds.dividedDown(by: 1000) - searchLag
        return rows(object).filter { !$0.isDeleted && (searchLag == 0 || $0.version.committedAt <= newest) }
    }

    /// The record that answers to `id`: of a merged company, the one it was merged into.
    func record(_ object: HubSpotObject, _ id: RecordID, isArchived: Bool = false) -> (any RecordRow)? {
        var wanted = id
        // A chain of merges is no longer than there are companies.
        for _ in 0...companies.count {
            guard let row = rows(object).first(where: { $0.id == wanted }) else { return nil }
            if let master = row.edit?.master {
                wanted = master
            } else {
                return row.isDeleted == isArchived && !row.isPurged ? row : nil
            }
        }
        return nil
    }

    /// The ids of the companies merged into `id`, `1;2`.
    func merged(into id: RecordID) -> String? {
        let losers = companies.filter { $0.edit?.master == id }.map(\.id.hubSpot)
        return losers.isEmpty ? nil : losers.joined(separator: ";")
    }
}

/// What a record is associated with, and how.
struct HubSpotAssociation: Sendable, Hashable {
    var to: RecordID
    var isPartner: Bool

    /// The types between a deal and a company, in the direction asked for.
    func types(from: HubSpotObject) -> String {
        let types: [HubSpotAssociationType] = [.unlabeled, isPartner ? .partner : .customer]
        return "[\(types.map { $0.text(from: from) }.joined(separator: ","))]"
    }

    /// The words of the older form.
    func words(from: HubSpotObject) -> [String] {
        let name = from == .deals ? "deal_to_company" : "company_to_deal"
        return [isPartner ? "partner" : name, name + "_unlabeled"]
    }
}

/// A type of association between deals and companies; each direction has a number of its own.
enum HubSpotAssociationType: Sendable, CaseIterable {
    case unlabeled, customer, partner

    func number(from: HubSpotObject) -> Int {
        let isDeal = from == .deals
        return switch self {
        case .unlabeled: isDeal ? 341 : 342
        case .customer: isDeal ? 5 : 6
        case .partner: isDeal ? 91 : 92
        }
    }

    /// `{"category": …, "typeId": …, "label": …}`.
    func text(from: HubSpotObject) -> String {
        let (category, label) =
            switch self {
            case .unlabeled: ("HUBSPOT_DEFINED", "null")
            case .customer: ("HUBSPOT_DEFINED", "\"Primary\"")
            case .partner: ("USER_DEFINED", "\"Partner\"")
            }
        return "{\"category\":\"\(category)\",\"typeId\":\(number(from: from)),\"label\":\(label)}"
    }
}

/// Who is associated with whom, in both directions.
struct HubSpotAssociations: Sendable {
    private var byRecord: [RecordID: [HubSpotAssociation]] = [:]

    init(_ view: HubSpotView) {
        for deal in view.deals where !deal.isDeleted {
            byRecord[deal.id] = [
                HubSpotAssociation(to: deal.customer, isPartner: false),
                HubSpotAssociation(to: deal.partner, isPartner: true),
            ]
            byRecord[deal.customer, default: []].append(.init(to: deal.id, isPartner: false))
            byRecord[deal.partner, default: []].append(.init(to: deal.id, isPartner: true))
        }
    }

    subscript(id: RecordID) -> [HubSpotAssociation] { byRecord[id] ?? [] }
}

/// What was worked out from the records as they are now.
struct HubSpotCache: Sendable {
    var view: HubSpotView?
    var associations: HubSpotAssociations?
}

extension PracticeOrg {
    func hubSpotView() -> HubSpotView {
        let book = records()
        if let view = hubSpot.view { return view }
        let view = HubSpotView(
            now: book.now, searchLag: searchLag, companies: companies().rows.sorted { $0.id < $1.id },
            deals: book.contracts.rows.sorted { $0.id < $1.id })
        hubSpot.view = view
        return view
    }

    func hubSpotAssociations() -> HubSpotAssociations {
        let view = hubSpotView()
        if let known = hubSpot.associations { return known }
        let associations = HubSpotAssociations(view)
        hubSpot.associations = associations
        return associations
    }
}
