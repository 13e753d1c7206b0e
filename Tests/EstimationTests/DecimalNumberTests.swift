import Estimation
import Testing

@Suite struct DecimalNumberTests {
    /// Reads cells as numbers.
    private func numbers(_ cells: [String]) throws -> [Double] {
        let read = try table("x\n" + cells.map { "\($0)\n" }.joined(), [.init("x", .number(.finite))])
        return try #require(read.numbers["x"]).values
    }

    @Test("every decimal is the double that Swift reads, to the last bit")
    func agreesWithSwift() throws {
        var random = SystemlessGenerator(state: 7)
        var cells: [String] = []
        for _ in 0..<20_000 {
            var cell = Bool.random(using: &random) ? "-" : ""
            for _ in 0..<Int.random(in: 1...22, using: &random) {
                cell += String(Int.random(in: 0...9, using: &random))
            }
            if Bool.random(using: &random) {
                cell += "."
                for _ in 0..<Int.random(in: 0...24, using: &random) {
                    cell += String(Int.random(in: 0...9, using: &random))
                }
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                cell += "e\(Int.random(in: -300...260, using: &random))"
            }
            cells.append(cell)
        }
        for (cell, number) in zip(cells, try numbers(cells)) {
            #expect(number.bitPattern == Double(cell)?.bitPattern, "\(cell)")
        }
    }

    @Test func readsTheEdgesOfTheFastPath() throws {
        let cells = [
            "9007199254740992", "9007199254740993", "9007199254740991.5", "9999999999999999999",
            "0.0000000000000000001",
            "18446744073709551615", "18446744073709551616", "00000000000000000000001",
            "2.2250738585072011e-308", "4.9e-324",
            "1e-400", "0.1", "0.30000000000000004", "123456789.123456789", "1e22", "1e23",
        ]
        #expect(try numbers(cells) == cells.map { Double($0) ?? .nan })
    }
}

/// A small generator of its own, so that cells are the same in every run.
struct SystemlessGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
