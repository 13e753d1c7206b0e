package import Model

/// The hash of a roster, whatever its order: canonical JSON of the entries sorted by the bytes of their ids.
package func rosterHash(_ roster: [RosterEntry]) throws -> ContentHash {
    try ContentHash(ofCanonicalJSON: roster.sorted { $0.partner < $1.partner })
}
