/// The candidate that a person who wrote `word` most likely meant; `nil` when none is close.
///
/// Distance is optimal string alignment (insert, delete, replace, swap neighbours), ignoring case and the
/// separators `-`, `_` and blank; at most a third of the word may differ, and always one letter.
package func nearestName(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(word)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let limit = max(1, wanted.count / 3)
    return
        candidates
        .map { (name: $0, distance: alignmentDistance(wanted, folded($0))) }
        .filter { $0.distance <= limit }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
        .name
}

/// " (did you mean 'x'?)", or nothing.
package func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
    nearestName(to: word, among: candidates).map { " (did you mean '\($0)'?)" } ?? ""
}

private func folded(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
}

/// Optimal string alignment distance (Damerau 1964; no substring is edited twice).
private func alignmentDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for i in 1...left.count {
        var current = [i] + [Int](repeating: 0, count: right.count)
        for j in 1...right.count {
            let substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            current[j] = min(previous[j] + 1, current[j - 1] + 1, substitution)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                current[j] = min(current[j], beforePrevious[j - 2] + 1)
            }
        }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count]
}
