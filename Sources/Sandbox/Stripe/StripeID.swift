/// The ids Stripe's objects have: a word of their kind and the serial number of the record they are made from.
enum StripeID: String, Sendable, CaseIterable {
    case subscription = "sub_1"
    case item = "si_"
    case customer = "cus_"
    case price = "price_1"
    case product = "prod_"
    case invoice = "in_1"
    case line = "il_1"
    case event = "evt_1"

    func text(_ id: RecordID) -> String {
        rawValue + String(decoding: id.utf8[3..<15], as: UTF8.self)
    }

    /// The id of the `number`th object of this kind made from one record.
    func text(_ id: RecordID, number: Int) -> String {
        let digits = String(number, radix: 36)
        return text(id) + String(repeating: "0", count: max(0, 2 - digits.count)) + digits
    }

    /// The record whose id of this kind is `text`.
    func record(_ text: String) -> RecordID? {
        guard text.hasPrefix(rawValue) else { return nil }
        let rest = text.dropFirst(rawValue.count)
        return RecordID((self == .customer ? "001" : "800") + rest).flatMap {
            rest.utf8.count == 12 ? $0 : nil
        }
    }
}

extension RecordID {
    /// The record of a subscription's or a customer's id.
    init?(stripe text: String) {
        guard let id = StripeID.subscription.record(text) ?? StripeID.customer.record(text) else {
            return nil
        }
        self = id
    }

    /// `sub_…` for a contract, `cus_…` for a company.
    var stripe: String { (prefix == .contract ? StripeID.subscription : .customer).text(self) }
}
