/// Tokens of all vendors.
extension PracticeOrg {
    /// `api-usage=18/100000`.
    var limitInfo: String { "api-usage=\(apiUsage)/\(PracticeOrg.dailyRequests)" }

    /// A new token of a vendor, beginning with `prefix`.
    func openSession(_ vendor: PracticeVendorName, prefix: String) -> String {
        let words = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        let token = prefix + words.joined(separator: ".")
        sessions[token] = vendor
        return token
    }

    /// Whether `token` is one of the vendor's, in which case its call is counted.
    func admit(_ token: String?, _ vendor: PracticeVendorName) -> Bool {
        let isStatic =
            switch vendor {
            case .hubspot: token == credentials.privateAppToken
            case .stripe: token == credentials.stripeKey
            case .salesforce, .dataverse: false
            }
        guard let token, isStatic || sessions[token] == vendor else { return false }
        apiUsage += 1
        return true
    }

    func end(session: String?) {
        if let session { sessions[session] = nil }
    }
}
