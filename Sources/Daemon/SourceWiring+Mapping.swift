import Documents
import Ingestion
import Model

extension SourceWiring {
    /// The mapping at `path`, refused where it says what this kind of source has no use for.
    ///
    /// - Parameter kind: `nil` for files.
    func mapping(
        at path: String, of name: Source.Name, kind: ServiceConfiguration.Kind?
    ) throws(Faults) -> SourceMapping {
        let mapping: SourceMapping
        do throws(Faults) {
            mapping = try loadMapping(at: path)
        } catch {
            throw error.naming("sources.\(name).mapping")
        }
        let foreign = mapping.streams.flatMap { $0.foreignKeys(to: kind) }
        guard foreign.isEmpty else {
            throw Faults(foreign.map { Fault(file: path, line: nil, column: nil, message: $0) })
        }
        return mapping
    }
}

extension Faults {
    /// Says which key of the configuration names a file that is not there.
    fileprivate func naming(_ key: String) -> Faults {
        Faults(
            faults.map { fault in
                var fault = fault
                if fault.isMissing { fault.message += "; '\(key)' names it" }
                return fault
            })
    }
}

extension StreamMapping {
    /// What it says that sources of a kind do not understand and would pass over.
    fileprivate func foreignKeys(to kind: ServiceConfiguration.Kind?) -> [String] {
        let word = kind?.rawValue ?? "files"
        func refused(_ key: String, _ use: String) -> String {
            "stream '\(stream)': '\(key)' means nothing to a source of kind \(word); \(use)"
        }
        var faults: [String] = []
        if !associations.isEmpty, kind != .hubspot {
            faults.append(refused("associations", "only hubspot has them; map a field that holds the id"))
        }
        if request != nil, kind != nil, kind != .generic {
            faults.append(refused("request", "delete it, or make the source's kind generic"))
        }
        if selection.filter != nil, kind != .salesforce, kind != .dataverse {
            faults.append(refused("filter", "select rows by 'where'"))
        }
        return faults
    }
}
