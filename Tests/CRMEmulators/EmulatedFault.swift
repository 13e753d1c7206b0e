import Foundation
package import TestServers

/// What can go wrong with one answer.
package enum EmulatedFault: String, Sendable, Hashable, CaseIterable {
    case throttledSeconds, throttledDate, error500, error503
    case expiredToken
    case stalls, resets
    case cutLength, cutChunked, cutClosed
    case malformed, html, gzipBomb, wrongCharset
    case duplicateRows, emptyPage, smallPage, foreignNext, sameNext
    case hugeField, forgottenLocator, forgottenToken

    /// Whether the protocol's own answer is bent, rather than the bytes or the status.
    var isOfContent: Bool {
        switch self {
        case .duplicateRows, .emptyPage, .smallPage, .foreignNext, .sameNext, .hugeField, .forgottenLocator,
            .forgottenToken:
            true
        case .throttledSeconds, .throttledDate, .error500, .error503, .expiredToken, .stalls, .resets,
            .cutLength, .cutChunked, .cutClosed, .malformed, .html, .gzipBomb, .wrongCharset:
            false
        }
    }
}

/// What a protocol answers.
package struct EmulatedAnswer: Sendable {
    package var status: Int
    package var headers: [(String, String)]
    package var body: String

    package init(_ status: Int, headers: [(String, String)] = [], _ body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Success.
    package init(headers: [(String, String)] = [], _ body: String) {
        self.init(200, headers: headers, body)
    }
}

/// One vendor's protocol over the emulated records; written from its public documentation.
package protocol EmulatedProtocol: Sendable {
    /// `nil` when the path is none of the protocol's data.
    func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer
    /// The answer of the token endpoint; `nil` when the request is for data.
    func token(_ request: EmulatedRequest, _ state: inout EmulatedState, origin: String) -> EmulatedAnswer?
    /// Bodies of errors in the protocol's form.
    func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer
    /// Whether the request carries the token.
    func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool
}

package enum EmulatedErrorKind: Sendable { case throttled, unavailable(Int), unauthorised, notFound }

/// A request with its target taken apart.
package struct EmulatedRequest: Sendable {
    package var method: String
    package var path: String
    package var query: [(name: String, value: String)]
    package var headers: [String: String]
    package var body: String

    package init(_ request: ScriptedServer.Request) {
        method = request.method
        let parts = request.target.split(separator: "?", maxSplits: 1)
        path = EmulatedRequest.decoded(String(parts[0]))
        query =
            parts.count < 2
            ? []
            : parts[1].split(separator: "&").map {
                let pair = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (
                    EmulatedRequest.decoded(String(pair[0])),
                    pair.count > 1 ? EmulatedRequest.decoded(String(pair[1])) : ""
                )
            }
        headers = request.headers
        body = request.text
    }

    package subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    static func decoded(_ text: String) -> String {
        text.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ")
            .removingPercentEncoding ?? text
    }
}
