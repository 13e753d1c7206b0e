package import Model

/// Whether a layer keeps `partner` out of all its pilots.
///
/// A draw below one million from the stream "holdout/<layer>/<partner>" that falls below `share`. It depends
/// on nothing else, so a partner stays held out as others come and go, and a larger share only adds partners.
package func isHeldOut(_ partner: Partner.ID, layer: Layer.ID, share: Rate, seed: Seed) -> Bool {
    var stream = DrawStream(seed: seed, name: "holdout/\(layer)/\(partner)")
    return Int64(stream.next(below: 1_000_000)) < share.partsPerMillion
}
