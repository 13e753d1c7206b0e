/// This engine's name and version, recorded with every look and shown by `fairway --version`.
package enum Engine {
    package static let version = "0.2.0"
    package static let name = "fairway \(version)"
}
