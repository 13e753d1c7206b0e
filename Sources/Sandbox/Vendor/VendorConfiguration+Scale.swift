extension VendorConfiguration {
    /// The same vendor with `factor` times as many partners, at least twelve a segment; whales shrink likewise.
    package func scaled(by factor: Double) -> VendorConfiguration {
        var configuration = self
        for index in configuration.segments.indices {
            let partners = Double(configuration.segments[index].partners) * factor
            configuration.segments[index].partners = max(12, Int(partners.rounded()))
            if let whale = configuration.segments[index].whale {
                configuration.segments[index].whale?.customers = max(
                    20, Int((Double(whale.customers) * factor).rounded()))
            }
        }
        return configuration
    }
}
