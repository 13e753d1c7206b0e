import Foundation
import Testing

@testable import Transport

@Suite struct SecretTests {
    @Test func showsItselfOnlyWhenRevealed() throws {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        let encoded = String(decoding: try JSONEncoder().encode([secret]), as: UTF8.self)
        for text in ["\(secret)", String(reflecting: secret), dumped, encoded, "\([secret])"] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(secret.reveal() == "hunter2")
        let decoded = try JSONDecoder().decode([Secret].self, from: Data("[\"hunter2\"]".utf8))
        #expect(decoded[0].reveal() == "hunter2")
    }
}
