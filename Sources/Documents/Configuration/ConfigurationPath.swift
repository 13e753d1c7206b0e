/// Paths in configuration files are relative to the file that names them.
package enum ConfigurationPath {
    /// `path` seen from the working directory: `../data` in `config` is `data`. Absolute paths stay.
    package static func resolve(_ path: String, in directory: String) -> String {
        let joined = path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
        var parts: [Substring] = []
        for part in joined.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !joined.hasPrefix("/") {
                parts.append(part)
            }
        }
        let simple = parts.joined(separator: "/")
        return joined.hasPrefix("/") ? "/" + simple : simple.isEmpty ? "." : simple
    }

    /// Everything before the last slash; empty for a bare file name.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
