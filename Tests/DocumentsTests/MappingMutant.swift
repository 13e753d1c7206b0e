import Foundation
import Testing

/// Mappings that are wrong in one way each: a sound one with one edit, and what its author is told.
struct MappingMutant: Sendable, CustomTestStringConvertible {
    let edit: (old: String, new: String)
    let line: Int
    let message: String
    /// Whether a JSON Schema can see it too.
    let isVisibleToSchema: Bool

    init(_ old: String, _ new: String, line: Int, schema: Bool = true, says message: String) {
        edit = (old, new)
        self.line = line
        self.message = message
        isVisibleToSchema = schema
    }

    var testDescription: String { "\(edit.old) -> \(edit.new)" }
    var text: String { Self.sound.replacingOccurrences(of: edit.old, with: edit.new) }

    /// Every key of a mapping, on lines that the mutants name.
    static let sound = """
        streams:
          - stream: renewals
            object: deals
            kind: renewal
            filter: pipeline = 'renewals'
            where: {pipeline: [renewals, "7"], amount: 5, archived: false, owner: null}
            deletions: false
            fields:
              contract: [hs_contract, "@odata.etag"]
              outcome: {cases: [{field: stage, in: [won, closed], gives: won}], otherwise: open}
              decidedOn: {path: closedate, when: {field: stage, is: won}, format: epochMilliseconds, timeZone: UTC}
              annualAmount: {paths: [mrr, amount]}
              reason: {path: lost, map: {"Too dear": price, "*": other}}
            constants: {termMonths: "12"}
            discountUnit: fraction
            amountPeriod: month
            amountUnit: minor
            currency: EUR
            timeZone: Europe/Berlin
            refreshHours: 24
            associations: [{name: partner, object: 2-345, typeID: 5}]
            request:
              path: /crm/deals/{page}
              query: {limit: "{pageSize}", "sort[asc]": updated}
              changesQuery: {since: "{lower}", until: "{upper}"}
              headers: {Accept: application/json}
              records: /data
              id: id
              modified: {path: updated, format: epochSeconds}
              pagination: {kind: cursor, pointer: /next, parameter: after}
              pageSize: 500
              deleted: {field: gone, is: true}
              mergedInto: merged_to
              momentFormat: epochSeconds
              total: /total
          - stream: contracts
            object: contracts
            kind: contract
            fields: {contract: id, partner: p, customer: k, customerName: k.name, signedOn: s, startsOn: b, endsOn: e, annualAmount: a, currency: c}
            attributes: {buyerRole: role}
            keepsCustomerNames: true

        """

    static let all: [MappingMutant] = [
        .init("stream: renewals", "stream: Renewals", line: 2, says: "'streams[0].stream' is 'Renewals'"),
        .init(
            "stream: contracts", "stream: renewals", line: 36, schema: false,
            says: "the stream 'renewals' stands there already"),
        .init("object: deals", "object: deals?x", line: 3, says: "expected a name of the source"),
        .init("kind: renewal", "kind: renewl", line: 4, says: "did you mean 'renewal'?"),
        .init("    filter: pipeline", "    filtr: pipeline", line: 5, says: "did you mean 'filter'?"),
        .init("amount: 5,", "amount; 5: 5,", line: 6, says: "the key 'amount; 5' is not a name"),
        .init("[renewals, \"7\"]", "[]", line: 6, says: "lists no value"),
        .init("deletions: false", "deletions: no", line: 7, says: "expected true or false"),
        .init(
            "      contract: [hs_contract, \"@odata.etag\"]\n", "", line: 9,
            says: "a renewal needs the field 'contract'"),
        .init("[hs_contract, \"@odata.etag\"]", "[]", line: 9, says: "lists no field"),
        .init(
            "hs_contract, ", "hs contract, ", line: 9, says: "is 'hs contract'; expected a name of the source"
        ),
        .init(
            "      outcome:", "      outcom:", line: 10,
            says: "unknown field 'outcom'; did you mean 'outcome'?"),
        .init("gives: won", "gives: wno", line: 10, says: "did you mean 'won'?"),
        .init("otherwise: open", "otherwise: pending", line: 10, says: "expected one of open, won, lost"),
        .init("in: [won, closed], ", "", line: 10, says: "expected 'is: true' or 'in: [won, lost]'"),
        .init("in: [won, closed]", "in: []", line: 10, says: "lists no value"),
        .init("otherwise: open", "path: stage", line: 10, says: "unknown key 'path'"),
        .init("is: won}", "is: won, in: [lost]}", line: 11, says: "has both 'is' and 'in'"),
        .init(
            "format: epochMilliseconds", "format: epochMillis", line: 11, says: "expected one of date, moment"
        ),
        .init("timeZone: UTC", "timeZone: CEST", line: 11, says: "an IANA time zone"),
        .init(
            "{paths: [mrr, amount]}", "{paths: [mrr], path: amount}", line: 12,
            says: "has both 'path' and 'paths'"),
        .init(
            "{paths: [mrr, amount]}", "{map: {a: \"1\"}}", line: 12,
            says: "expected 'path', 'paths' or 'cases'"),
        .init("amount]}", "amount], format: date}", line: 12, says: "'format' belongs to days"),
        .init("termMonths: ", "termMonth: ", line: 14, says: "did you mean 'termMonths'?"),
        .init(
            "termMonths: \"12\"", "termMonths: twelve", line: 14, schema: false,
            says: "expected a number of months such as 12"),
        .init(
            "{termMonths: \"12\"}", "{discount: some}", line: 14, schema: false,
            says: "expected a number such as 12.5"),
        .init(
            "{termMonths: \"12\"}", "{decidedOn: soon}", line: 14, schema: false,
            says: "expected a date such as 2026-01-05"),
        .init(
            "{termMonths: \"12\"}", "{outcome: won}", line: 14, schema: false,
            says: "'outcome' is mapped under 'fields' too"),
        .init("discountUnit: fraction", "discountUnit: percents", line: 15, says: "did you mean 'percent'?"),
        .init("amountPeriod: month", "amountPeriod: week", line: 16, says: "expected one of month, year"),
        .init("amountUnit: minor", "amountUnit: cents", line: 17, says: "expected one of major, minor"),
        .init("    currency: EUR\n", "", line: 9, says: "no currency is known for 'annualAmount'"),
        .init("currency: EUR", "currency: euro", line: 18, says: "an ISO 4217 currency code"),
        .init("timeZone: Europe/Berlin", "timeZone: Berlin", line: 19, says: "an IANA time zone"),
        .init("refreshHours: 24", "refreshHours: 0", line: 20, says: "from 1 to 8760"),
        .init("typeID: 5", "typeID: five", line: 21, says: "a whole number"),
        .init("object: 2-345", "label: Partner", line: 21, says: "the key 'object' is missing"),
        .init("/deals/{page}", "/deals#{page}", line: 23, says: "a path such as /api/v2/deals"),
        .init("/deals/{page}", "/deals/{pag}", line: 23, says: "did you mean '{page}'?"),
        .init("path: /crm", "path: //crm", line: 23, says: "a path such as /api/v2/deals"),
        .init("/crm/deals/", "/crm/../", line: 23, says: "without '..'"),
        .init("{pageSize}", "{size}", line: 24, says: "'{size}' is none of {upper}"),
        .init("limit: \"{pageSize}\"", "limit: \"{lower}\"", line: 24, says: "under 'changesQuery' only"),
        .init("limit: \"", "\"li mit\": \"", line: 24, says: "a name of a query parameter"),
        .init("{upper}", "{uper}", line: 25, says: "did you mean '{upper}'?"),
        .init("{Accept: application/json}", "{Authorization: Basic}", line: 26, says: "credentials belong"),
        .init("records: /data", "records: data", line: 27, says: "a JSON pointer such as /data/items"),
        .init(
            "id: id\n      modified", "id: \"[0]\"\n      modified", line: 28,
            says: "expected a name of the source"),
        .init(
            "      modified: {path: updated, format: epochSeconds}\n", "", line: 25,
            says: "never sent without 'modified'"),
        .init("{path: updated, ", "{", line: 29, says: "the key 'path' is missing"),
        .init("kind: cursor", "kind: cursors", line: 30, says: "did you mean 'cursor'?"),
        .init("pointer: /next, ", "", line: 30, says: "the key 'pointer' is missing"),
        .init("kind: cursor", "kind: offset", line: 30, says: "unknown key 'pointer'"),
        .init("pageSize: 500", "pageSize: 0", line: 31, says: "from 1 to 10000"),
        .init("{field: gone, is: true}", "{is: true}", line: 32, says: "the key 'field' is missing"),
        .init("momentFormat: epochSeconds", "momentFormat: iso", line: 34, says: "expected one of date"),
        .init("total: /total", "total: /~2", line: 35, says: "a JSON pointer"),
        .init(
            "    keepsCustomerNames: true\n", "", line: 39,
            says: "whether names of customers are kept is not said"),
        .init("customerName: k.name, ", "", line: 41, says: "there are no names of customers to keep"),
        .init(
            "kind: contract\n", "kind: milestone\n", line: 40,
            says: "only partners and contracts have attributes"),
    ]
}
