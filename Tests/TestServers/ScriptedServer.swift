import Foundation
import Glibc
import Synchronization

/// A loopback HTTP/1.1 server that answers each request with scripted bytes, well formed or not.
///
/// One thread a connection, one request a connection.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        package var method: String
        /// Path and query as sent.
        package var target: String
        /// Names in lower case.
        package var headers: [String: String]
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package enum Step: Sendable {
        case send([UInt8])
        /// Sends these bytes again and again, telling how the sending goes.
        case flood([UInt8], times: Int, notice: @Sendable (Flood) -> Void)
        /// Sends one byte again and again, this many milliseconds apart.
        case drip(UInt8, times: Int, milliseconds: Int32)
        /// Waits for another request on the connection and records it.
        case await
        /// Says nothing more until the client goes away.
        case hang
        /// Ends the connection with RST instead of FIN.
        case reset
    }

    /// How a flood goes, with the bytes sent so far.
    package enum Flood: Sendable, Hashable {
        /// The client has taken nothing for a while.
        case blocked(sent: Int)
        case done(sent: Int)
        /// The client went away.
        case broken(sent: Int)
    }

    package typealias Handler = @Sendable (Request) -> [Step]

    /// 0 for a Unix socket.
    package let port: Int
    private let listener: Int32
    private let handler: Handler
    private let received = Mutex<[Request]>([])

    /// Everything asked so far, in order of arrival.
    package var requests: [Request] { received.withLock { $0 } }
    package var origin: String { "http://127.0.0.1:\(port)" }

    package init(_ handler: @escaping Handler) throws {
        self.handler = handler
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try ScriptedServer.withSocketAddress(&address) { pointer in
            guard bind(listener, pointer, length) == 0, listen(listener, 128) == 0 else {
                throw POSIXError(.EADDRNOTAVAIL)
            }
            getsockname(listener, pointer, &length)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        startAccepting()
    }

    package init(unixSocketPath path: String, _ handler: @escaping Handler) throws {
        self.handler = handler
        port = 0
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try ScriptedServer.withSocketAddress(&address) { pointer in
            let length = socklen_t(MemoryLayout<sockaddr_un>.size)
            guard bind(listener, pointer, length) == 0, listen(listener, 128) == 0 else {
                throw POSIXError(.EADDRNOTAVAIL)
            }
        }
        startAccepting()
    }

    /// The accepting thread closes the socket: closed here, its number could already belong to another
    /// server when that thread asks it for a connection.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func withSocketAddress<Address>(
        _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>) throws -> Void
    ) throws {
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0) }
        }
    }

    private func startAccepting() {
        Thread {
            while true {
                let connection = accept(self.listener, nil, nil)
                guard connection >= 0 else { break }
                Thread { self.serve(connection) }.start()
            }
            close(self.listener)
        }.start()
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = Self.read(from: connection) else { return }
        received.withLock { $0.append(request) }
        for step in handler(request) {
            switch step {
            case .send(let bytes):
                guard Self.sendAll(bytes, to: connection) == bytes.count else { return }
            case .flood(let bytes, let times, let notice):
                var sent = 0
                for _ in 0..<times {
                    let count = Self.sendAll(bytes, to: connection) { notice(.blocked(sent: sent)) }
                    sent += count
                    guard count == bytes.count else { return notice(.broken(sent: sent)) }
                }
                notice(.done(sent: sent))
            case .drip(let byte, let times, let milliseconds):
                for _ in 0..<times {
                    guard Self.sendAll([byte], to: connection) == 1 else { return }
                    var nobody = pollfd(fd: connection, events: 0, revents: 0)
                    poll(&nobody, 1, milliseconds)
                }
            case .await:
                guard let request = Self.read(from: connection) else { return }
                received.withLock { $0.append(request) }
            case .hang:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
            case .reset:
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            }
        }
    }

    /// How many bytes the client took before it went away, all if it did not. `blocked` is called when it has taken
    /// nothing for 300 ms.
    private static func sendAll(
        _ bytes: [UInt8], to connection: Int32, blocked: () -> Void = {}
    ) -> Int {
        var sent = 0
        while sent < bytes.count {
            var room = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
            if poll(&room, 1, 300) == 0 {
                blocked()
                room.revents = 0
                poll(&room, 1, -1)
            }
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count > 0 else { return sent }
            sent += count
        }
        return sent
    }

    private static func read(from connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            if let request = Request(bytes) { return request }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }
}

extension ScriptedServer.Request {
    /// `nil` while the request is incomplete.
    fileprivate init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count - end.upperBound >= length else { return nil }
        method = String(first[0])
        target = String(first[1])
        self.headers = headers
        body = Array(bytes[end.upperBound..<(end.upperBound + length)])
    }
}

extension [ScriptedServer.Step] {
    /// A well-formed answer.
    package static func answer(
        _ status: Int, headers: [(String, String)] = [], _ body: String = ""
    ) -> [ScriptedServer.Step] {
        .answer(status, headers: headers, bytes: [UInt8](body.utf8))
    }

    package static func answer(
        _ status: Int, headers: [(String, String)] = [], bytes: [UInt8]
    ) -> [ScriptedServer.Step] {
        var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return [.send([UInt8]((head + "\r\n").utf8) + bytes)]
    }

    /// Exactly these bytes, then the end of the connection.
    package static func raw(_ text: String) -> [ScriptedServer.Step] { [.send([UInt8](text.utf8))] }
}
