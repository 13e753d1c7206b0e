import Foundation
import Model
import Randomization
import Testing

/// Reference values by Golden/draw_stream.py, which stands beside them.
private struct Golden: Decodable {
    struct Words: Decodable { let seed: Seed, name: String, hex: [String] }
    struct Bounded: Decodable { let seed: Seed, name: String, below: UInt64, values: [UInt64] }
    struct Shuffle: Decodable { let seed: Seed, name: String, count: Int, order: [Int] }
    struct Block: Decodable {
        let seed: Seed, stratum: String, block: Int, blockSize: Int
        let variants: [VariantWeight], sequence: [Variant.ID]
    }
    struct HeldOut: Decodable {
        let seed: Seed, layer: Layer.ID, partner: Partner.ID, partsPerMillion: Int64, isHeldOut: Bool
    }
    let words: [Words], bounded: [Bounded], shuffles: [Shuffle], blocks: [Block], heldOut: [HeldOut]

    static func load() throws -> Golden {
        let url = try #require(
            Bundle.module.url(forResource: "draw_stream", withExtension: "json", subdirectory: "Golden"))
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }
}

@Suite struct DrawStreamTests {
    @Test func wordsMatchTheReference() throws {
        let golden = try Golden.load()
        #expect(golden.words.count == 8)
        for vector in golden.words {
            var stream = DrawStream(seed: vector.seed, name: vector.name)
            for hex in vector.hex {
                #expect(stream.next() == UInt64(hex, radix: 16), "stream '\(vector.name)'")
            }
        }
    }

    @Test func boundedDrawsMatchTheReferenceEvenWhereHalfAreRejected() throws {
        let golden = try Golden.load()
        #expect(golden.bounded.contains { $0.below == 1 << 63 + 1 })
        for vector in golden.bounded {
            var stream = DrawStream(seed: vector.seed, name: vector.name)
            let values = vector.values.map { _ in stream.next(below: vector.below) }
            #expect(values == vector.values, "below \(vector.below)")
        }
    }

    @Test func shufflesMatchTheReference() throws {
        for vector in try Golden.load().shuffles {
            var stream = DrawStream(seed: vector.seed, name: vector.name)
            var order = Array(0..<vector.count)
            stream.shuffle(&order)
            #expect(order == vector.order)
        }
    }

    @Test func blocksMatchTheReference() throws {
        let golden = try Golden.load()
        #expect(golden.blocks.count == 24)
        for vector in golden.blocks {
            let plan = try plan(
                blockSize: vector.blockSize, weights: vector.variants.map { ($0.id, $0.weight) })
            let sequence = blockVariants(
                plan: plan, seed: vector.seed, stratum: vector.stratum, block: vector.block)
            #expect(sequence == vector.sequence, "block \(vector.block) of '\(vector.stratum)'")
        }
    }

    @Test func holdoutsMatchTheReference() throws {
        let golden = try Golden.load()
        #expect(Set(golden.heldOut.map(\.isHeldOut)) == [true, false])
        for vector in golden.heldOut {
            let isOut = isHeldOut(
                vector.partner, layer: vector.layer, share: Rate(partsPerMillion: vector.partsPerMillion),
                seed: vector.seed)
            #expect(isOut == vector.isHeldOut, "\(vector.partner) at \(vector.partsPerMillion)")
        }
    }

    @Test func boundedDrawsAreUniform() throws {
        var stream = DrawStream(seed: try seed(), name: "uniform")
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<6000 { counts[Int(stream.next(below: 6))] += 1 }
        let chiSquared = counts.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        #expect(chiSquared < 20.52)  // 0.999 quantile, 5 degrees of freedom
    }
}

@Suite struct HoldoutTests {
    @Test func keepsOutTheStatedShare() throws {
        let seed = try seed()
        let share = Rate(partsPerMillion: 100_000)
        let held = (0..<10_000).filter {
            isHeldOut(Partner.ID("p\($0)"), layer: "l", share: share, seed: seed)
        }
        #expect(abs(held.count - 1000) < 99)  // 3.3 standard deviations of 30
    }

    @Test func aLargerShareOnlyAddsPartners() throws {
        let seed = try seed()
        for index in 0..<500 {
            let partner = Partner.ID("p\(index)")
            let small = isHeldOut(partner, layer: "l", share: Rate(partsPerMillion: 50_000), seed: seed)
            let large = isHeldOut(partner, layer: "l", share: Rate(partsPerMillion: 200_000), seed: seed)
            #expect(!small || large, "\(partner)")
        }
    }
}
