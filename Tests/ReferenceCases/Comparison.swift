/// What became of a case.
package enum CaseOutcome: Sendable, Equatable {
    /// Every expected value was met.
    case passed
    /// The values that were not, a sentence each.
    case failed([String])
    /// The library does not offer what the case asks for.
    case unsupported(String)
}

/// Whether a case need not be answered: its method is left to others on purpose (docs/METHODS.md says why).
package func isAcceptedGap(_ name: String) -> Bool {
    ["confseq_betting", "beta_binomial_", "_gb_bayes_", "_gb_sequential"]
        .contains { name.contains($0) }
}

extension ReferenceCase {
    /// Answers the case and compares the answer with what is expected.
    package func outcome() -> CaseOutcome {
        guard let solve = ReferenceMethod.all[method] else {
            return .unsupported("there is no method '\(method)'")
        }
        do {
            let answer = try solve(self)
            let found = expected.keys.sorted().flatMap { key in
                differences(
                    at: key, expected: expected[key] ?? .null, got: answer[key], isPValue: key.hasPrefix("p"))
            }
            return found.isEmpty ? .passed : .failed(found)
        } catch let error as Unsupported {
            return .unsupported(error.description)
        } catch {
            return .failed(["the method threw: \(error)"])
        }
    }

    private func differences(at path: String, expected: JSONValue, got: JSONValue?, isPValue: Bool)
        -> [String]
    {
        guard let got else { return ["'\(path)' was not computed"] }
        switch (expected, got) {
        case (.number(let expected), .number(let got)):
            var tolerance = max(absoluteTolerance, relativeTolerance * abs(expected))
            if isPValue, let pValueTolerance { tolerance = max(tolerance, pValueTolerance) }
            return abs(got - expected) <= tolerance
                ? [] : ["'\(path)' is \(got), expected \(expected) within \(tolerance)"]
        case (.array(let expected), .array(let got)):
            guard expected.count == got.count else {
                return ["'\(path)' has \(got.count) elements, expected \(expected.count)"]
            }
            return zip(expected, got).enumerated().flatMap { index, pair in
                differences(at: "\(path)[\(index)]", expected: pair.0, got: pair.1, isPValue: isPValue)
            }
        case (.object(let expected), .object(let got)):
            return expected.keys.sorted().flatMap { key in
                differences(
                    at: "\(path).\(key)", expected: expected[key] ?? .null, got: got[key],
                    isPValue: key.hasPrefix("p"))
            }
        // A vector of length 1 is stored as its only element.
        case (.number, .array(let got)) where got.count == 1:
            return differences(at: path, expected: expected, got: got[0], isPValue: isPValue)
        case (.string, .array(let got)) where got.count == 1:
            return differences(at: path, expected: expected, got: got[0], isPValue: isPValue)
        default:
            return expected == got ? [] : ["'\(path)' is \(got), expected \(expected)"]
        }
    }
}
