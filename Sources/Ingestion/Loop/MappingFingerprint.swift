package import Model

extension StreamMapping {
    /// Changes when the mapping would read other things from the same rows.
    package var fingerprint: String {
        var parts = [
            object, kind.rawValue, discountUnit.rawValue, amountPeriod.rawValue, amountUnit.rawValue,
        ]
        parts += [currency?.code ?? "", timeZone ?? "", keepsCustomerNames ? "names" : ""]
        parts += fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.spelling)" }
        parts += attributes.sorted { $0.key < $1.key }.map { "@\($0.key)=\($0.value.spelling)" }
        parts += constants.sorted { $0.key < $1.key }.map { "#\($0.key)=\($0.value)" }
        parts.append(selection.filter ?? "")
        parts += selection.conditions.sorted { $0.key < $1.key }.map { "?\($0.key)=\($0.value)" }
        parts.append(selection.deletions ? "deletions" : "")
        parts += associations.map { "&\($0.name)=\($0.object)/\($0.typeID.map(String.init) ?? "")" }
        if let request { parts += request.spelling }
        return ContentHash(of: Array(parts.joined(separator: "\n").utf8)).short
    }
}

extension RequestMapping {
    fileprivate var spelling: [String] {
        func pairs(_ texts: [String: String]) -> String {
            texts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        }
        let moment = modified.map { "\($0.path) \($0.format.rawValue)" } ?? ""
        let gone = deleted.map { "\($0.field) in \($0.values)" } ?? ""
        // How many rows a page has changes nothing that is read.
        return [
            "request", path, pairs(query), pairs(changesQuery), pairs(headers), records, id, moment,
            "\(pagination)", gone, mergedInto ?? "", momentFormat.rawValue, total ?? "",
        ]
    }
}

extension FieldRule {
    fileprivate var spelling: String {
        let mapped = map.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        let conditions = cases.map { "\($0.condition.field) in \($0.condition.values) gives \($0.gives)" }
        let condition = when.map { "\($0.field) in \($0.values)" } ?? ""
        return
            "\(paths) \(mapped) \(condition) \(conditions) \(otherwise ?? "") \(format?.rawValue ?? "") \(timeZone ?? "")"
    }
}
