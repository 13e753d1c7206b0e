import Foundation
import Model
import Randomization
import Testing

@Suite struct AssignmentProofTests {
    /// Two batches in strata of awkward names, a tenth held out, weights 1 : 3.
    private func proof() throws -> AssignmentProof {
        let plan = try plan(blockSize: 8, weights: [("control", 1), ("bonus", 3)])
        let seed = try seed()
        let holdoutSeed = try RandomizationTests.seed("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
        let share = Rate(partsPerMillion: 100_000)
        func admitted(_ entries: [RosterEntry]) -> [RosterEntry] {
            entries.filter { !isHeldOut($0.partner, layer: plan.layer, share: share, seed: holdoutSeed) }
        }
        let first =
            roster(80) + [
                entry("caf\u{e9}", region: "größe, \"1\"=100%\n\u{1}"), entry("cafe\u{301}", region: nil),
                entry("😀/b", region: ""),
            ]
        let second = first + roster(25, prefix: "late")
        let cuts = sizeCuts(of: first)
        var drawn = assign(
            roster: admitted(first), plan: plan, seed: seed, sizeCuts: cuts, existing: [], on: start)
        drawn += assign(
            roster: admitted(second), plan: plan, seed: seed, sizeCuts: cuts, existing: drawn, on: start + 9)
        return AssignmentProof(
            pilot: plan.pilot, planHash: try plan.contentHash(), seed: seed, design: plan.design,
            variants: plan.variants.map(VariantWeight.init), sizeCuts: cuts, layer: plan.layer,
            holdoutShare: share, holdoutSeed: holdoutSeed, rosterHash: try rosterHash(first),
            batches: [
                .init(assignedOn: start, entries: first), .init(assignedOn: start + 9, entries: second),
            ], assignments: drawn)
    }

    @Test func aTrueProofHoldsAfterARoundTripThroughJSON() throws {
        let proof = try proof()
        #expect(proof.assignments.count > 85)
        #expect(proof.assignments.count < 108)
        let decoded = try CanonicalJSON.decode(
            AssignmentProof.self, from: try CanonicalJSON.encode(proof))
        #expect(decoded == proof)
        #expect(try decoded.verify().isEmpty)
    }

    @Test func everyForgeryIsNamed() throws {
        let proof = try proof()
        for (forgery, expected) in try forgeries(of: proof) {
            let found = try forgery.verify()
            #expect(found.contains { $0.contains(expected) }, "\(expected) in \(found)")
        }
    }

    @Test func theIndependentScriptAgrees() throws {
        let proof = try proof()
        let verified = try runScript(on: proof)
        #expect(verified.output == "verified \(proof.assignments.count) assignments\n")
        #expect(verified.status == 0)
        for (forgery, expected) in try forgeries(of: proof) {
            let refused = try runScript(on: forgery)
            #expect(refused.status == 1, "\(expected): \(refused.output)")
            #expect(!refused.output.contains("verified"))
        }
    }

    /// Proofs with one thing changed, each with words that its discrepancy must contain.
    private func forgeries(of proof: AssignmentProof) throws -> [(AssignmentProof, String)] {
        var swapped = proof
        let index = try #require(proof.assignments.firstIndex { $0.variant == "bonus" })
        swapped.assignments[index].variant = "control"
        var missing = proof
        missing.assignments.removeLast()
        var stranger = proof
        stranger.assignments[0].partner = "stranger"
        var reseeded = proof
        reseeded.seed = try seed("00000000000000000000000000000001")
        var edited = proof
        edited.batches[0].entries[2].attributes["region"] = "latam"
        var recut = proof
        recut.sizeCuts[0] += 1
        var unheld = proof
        unheld.holdoutShare = Rate(partsPerMillion: 0)
        var held = proof
        held.holdoutShare = Rate(partsPerMillion: 900_000)
        var twice = proof
        twice.assignments.append(proof.assignments[0])
        var misfit = proof
        misfit.design.blockSize = 6
        var overweight = proof
        overweight.variants[0].weight = .max
        var external = proof
        external.design.kind = .external
        var shuffledDays = proof
        shuffledDays.batches[1].assignedOn = proof.batches[0].assignedOn - 1
        return [
            (swapped, "has variant 'control'; the lots give 'bonus'"),
            (missing, "drew a lot but has no assignment"),
            (stranger, "'stranger' is assigned although no roster has it"),
            (reseeded, "has variant"),
            (edited, "not to the published"),
            (recut, "gives the size cuts"),
            (unheld, "drew a lot but has no assignment"),
            (held, "layer 'renewals' holds it out"),
            (twice, "is assigned more than once"),
            (misfit, "block size 6 is not a multiple of the weights' sum 4"),
            (overweight, "expected a whole number from 1 to 1000000"),
            (external, "drawn outside Fairway"),
            (shuffledDays, "is listed after that of"),
        ]
    }

    private func runScript(on proof: AssignmentProof) throws -> (output: String, status: Int32) {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = FileManager.default.temporaryDirectory.appending(path: "proof-\(UUID()).json")
        try CanonicalJSON.encodePretty(proof).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", root.appending(path: "scripts/verify_assignment.py").path, file.path]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }
}
