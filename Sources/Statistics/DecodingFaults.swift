extension Decoder {
    /// Refuses stored values that do not fit together, with the words in which an initialiser would refuse them.
    ///
    /// - Parameter fault: What is wrong with the values; nil when nothing is.
    func refuse(_ fault: String?) throws {
        guard let fault else { return }
        throw DecodingError.dataCorrupted(
            DecodingError.Context(codingPath: codingPath, debugDescription: fault))
    }
}

/// Stops the program for values that do not fit together: a fault of the code that made them.
func require(_ fault: String?) {
    if let fault { preconditionFailure(fault) }
}
