import Foundation
import Model
import Synchronization
package import TestServers

/// A CRM on loopback that misbehaves by plan.
package final class EmulatedCRM: Sendable {
    package let server: ScriptedServer
    /// Another host: whatever is asked of it was asked by mistake.
    package let canary: ScriptedServer
    private let box: Box

    private final class Box: Sendable {
        let state: Mutex<EmulatedState>
        let origin = Mutex("")
        init(_ state: EmulatedState) { self.state = Mutex(state) }
    }

    package init(_ emulated: any EmulatedProtocol, _ state: EmulatedState) throws {
        let canary = try ScriptedServer { _ in .answer(200, "{}") }
        var state = state
        state.canary = canary.origin
        let box = Box(state)
        self.canary = canary
        self.box = box
        server = try ScriptedServer { request in
            let origin = box.origin.withLock { $0 }
            return box.state.withLock { EmulatedCRM.answer(request, emulated, &$0, origin: origin) }
        }
        box.origin.withLock { $0 = server.origin }
    }

    package func stop() {
        server.stop()
        canary.stop()
    }

    package func withState<Result: Sendable>(_ body: (inout sending EmulatedState) -> sending Result)
        -> Result
    {
        box.state.withLock { body(&$0) }
    }

    private static func answer(
        _ raw: ScriptedServer.Request, _ emulated: any EmulatedProtocol, _ state: inout EmulatedState,
        origin: String
    ) -> [ScriptedServer.Step] {
        let request = EmulatedRequest(raw)
        let date = ("Date", httpDate(state.clock))
        func steps(_ answer: EmulatedAnswer) -> [ScriptedServer.Step] {
            .answer(
                answer.status,
                headers: [("Content-Type", "application/json"), date] + answer.headers, answer.body)
        }
        if let token = emulated.token(request, &state, origin: origin) { return steps(token) }
        guard emulated.isAuthorised(request, state) else { return steps(emulated.error(.unauthorised)) }
        state.requests += 1
        state.clock += 1
        for event in state.events.removeValue(forKey: state.requests) ?? [] { event(&state) }
        guard let fault = state.faults.removeValue(forKey: state.requests) else {
            return steps(emulated.answer(request, &state, bentBy: nil))
        }
        state.metFaults.append(fault)
        if fault.isOfContent { return steps(emulated.answer(request, &state, bentBy: fault)) }
        switch fault {
        case .throttledSeconds, .throttledDate:
            var answer = emulated.error(.throttled)
            let wait = fault == .throttledSeconds ? "2" : httpDate(state.clock + 2)
            answer.headers.append(("Retry-After", wait))
            return steps(answer)
        case .error500: return steps(emulated.error(.unavailable(500)))
        case .error503: return steps(emulated.error(.unavailable(503)))
        case .expiredToken:
            state.validToken = "expired"
            return steps(emulated.error(.unauthorised))
        case .html: return steps(EmulatedAnswer("<html><body>Maintenance</body></html>"))
        default: return bytes(emulated.answer(request, &state, bentBy: nil), fault, date: date)
        }
    }

    private static func bytes(
        _ answer: EmulatedAnswer, _ fault: EmulatedFault, date: (String, String)
    ) -> [ScriptedServer.Step] {
        let body = Array(answer.body.utf8)
        let half = Array(body.prefix(body.count / 2))
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(date.0): \(date.1)\r\nConnection: close\r\n"
            + answer.headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        let announced = text(head + "Content-Length: \(body.count)\r\n\r\n")
        switch fault {
        case .stalls: return [.send(announced + half), .hang]
        case .resets: return [.send(announced + half), .reset]
        case .cutLength: return [.send(announced + half)]
        case .cutChunked:
            let size = String(half.count, radix: 16)
            return [.send(text(head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n") + half + text("\r\n"))]
        case .cutClosed: return [.send(text(head + "\r\n") + half)]
        case .gzipBomb:
            let bomb = gzipOfZeros(runs: 400_000)
            return [
                .send(text(head + "Content-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n") + bomb)
            ]
        case .wrongCharset:
            // Latin-1 inside what claims to be UTF-8, at the first text of the body.
            var broken = body
            if let quote = body.firstIndex(of: 34) { broken.insert(0xe9, at: quote + 1) }
            return [.send(text(head + "Content-Length: \(broken.count)\r\n\r\n") + broken)]
        default:
            let malformed = half + text("]]}")
            return [.send(text(head + "Content-Length: \(malformed.count)\r\n\r\n") + malformed)]
        }
    }

    /// `Sun, 01 Mar 2026 12:00:00 GMT`.
    static func httpDate(_ seconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}
