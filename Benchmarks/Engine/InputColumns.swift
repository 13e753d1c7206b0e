import Foundation

/// The raw columns of one folder of generated input: `NAME.i8`, `.i16`, `.i32` and `.f64`, little-endian, one element
/// a customer, beside `customers.csv` with the same columns.
struct InputColumns {
    /// Where the files lie.
    let directory: URL

    /// A column of whole numbers.
    func integers<Stored: FixedWidthInteger & BitwiseCopyable, Value: FixedWidthInteger>(
        _ name: String, storedAs: Stored.Type, as: Value.Type = Value.self
    ) throws -> [Value] {
        try column("\(name).i\(Stored.bitWidth)", of: Stored.self).map { Value($0) }
    }

    /// A column of numbers.
    func numbers(_ name: String) throws -> [Double] { try column("\(name).f64", of: Double.self) }

    /// A column of money, in cents.
    func cents(_ name: String) throws -> [Int64] { try numbers(name).map { Int64(($0 * 100).rounded()) } }

    /// The table with all columns.
    var table: URL { directory.appending(path: "customers.csv") }

    /// How long each customer was observed, in days.
    func durations() throws -> [Int32] {
        let entry = try integers("entry_day", storedAs: Int16.self, as: Int32.self)
        let exit = try integers("exit_day", storedAs: Int16.self, as: Int32.self)
        return zip(entry, exit).map { $1 - $0 }
    }

    private func column<Value: BitwiseCopyable>(_ file: String, of: Value.Type) throws -> [Value] {
        try Data(contentsOf: directory.appending(path: file), options: .alwaysMapped).withUnsafeBytes {
            Array($0.bindMemory(to: Value.self))
        }
    }
}

/// Who the partners are, from the customers' columns.
struct Partners {
    /// Every customer's partner.
    let ofCustomer: [Int32]
    /// Every customer's arm: 0 control, 1 treatment.
    let armOfCustomer: [Int32]
    /// Every partner's arm; control for a partner without customers.
    private(set) var arm: [Int32]
    /// Every partner's stratum; 0 for a partner without customers.
    private(set) var stratum: [Int32]

    /// Reads the columns.
    init(_ columns: InputColumns) throws {
        ofCustomer = try columns.integers("partner_id", storedAs: Int32.self)
        armOfCustomer = try columns.integers("variant", storedAs: Int8.self)
        let strata = try columns.integers("stratum", storedAs: Int8.self, as: Int32.self)
        let count = Int(ofCustomer.max() ?? -1) + 1
        arm = [Int32](repeating: 0, count: count)
        stratum = arm
        for (row, partner) in ofCustomer.enumerated() {
            arm[Int(partner)] = armOfCustomer[row]
            stratum[Int(partner)] = strata[row]
        }
    }

    /// How many there are.
    var count: Int { arm.count }
}
