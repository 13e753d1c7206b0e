import HTTPTypes
import Hummingbird
import NIOCore

/// An answer before a fault of the transfer has bent it.
struct PracticeAnswer: Sendable {
    var status: HTTPResponse.Status = .ok
    var contentType = "application/json;charset=UTF-8"
    var headers: HTTPFields = [:]
    var body: [UInt8]

    init(_ body: [UInt8], headers: HTTPFields = [:]) {
        self.body = body
        self.headers = headers
    }

    /// The response, as it should be or bent by `fault`; faults of other layers do nothing here.
    ///
    /// - Parameter slowAnswer: how long a slow answer takes.
    func response(bentBy fault: FaultOrder? = nil, slowAnswer: Duration = .zero) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        let half = Array(body.prefix(body.count / 2))
        switch fault?.kind {
        case .html:
            headers[.contentType] = "text/html;charset=UTF-8"
            let page = "<html><body><h1>Scheduled maintenance</h1></body></html>"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: page)))
        case .malformed:
            return Response(
                status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: half)))
        case .gzipBomb:
            headers[.contentEncoding] = "gzip"
            let bomb = GzipBomb.compressed(size: fault?.bytes ?? GzipBomb.bytes)
            return Response(
                status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bomb)))
        case .truncate:
            headers[.contentLength] = String(body.count)
            return Response(
                status: status, headers: headers, body: .breakingOff(after: half, contentLength: body.count))
        case .truncateChunked:
            return Response(
                status: status, headers: headers, body: .breakingOff(after: half, contentLength: nil))
        case .truncateClose:
            headers[.practiceCloseDelimited] = "1"
            return Response(
                status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: half)))
        case .slow:
            return Response(status: status, headers: headers, body: .dripping(body, over: slowAnswer))
        default:
            return Response(
                status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
        }
    }
}

extension HTTPField.Name {
    /// Marks a response whose end only the closing of the connection shall tell; `PracticeServer` takes it off.
    static var practiceCloseDelimited: HTTPField.Name { practice("X-Practice-Close-Delimited") }

    /// A name that is a token, so that the fallback is never taken.
    static func practice(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }
}

extension ResponseBody {
    /// Sends `bytes`, then lets the server close the connection in the middle of the message.
    fileprivate static func breakingOff(after bytes: [UInt8], contentLength: Int?) -> ResponseBody {
        ResponseBody(contentLength: contentLength) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
            throw TruncatedOnDemand()
        }
    }

    /// Sends `bytes` in sixteen pieces.
    fileprivate static func dripping(_ bytes: [UInt8], over duration: Duration) -> ResponseBody {
        let pieces = 16
        return ResponseBody(contentLength: bytes.count) { writer in
            for piece in 0..<pieces {
                try await Task.sleep(for: duration / pieces)
                let range = bytes.count * piece / pieces..<bytes.count * (piece + 1) / pieces
                try await writer.write(ByteBuffer(bytes: bytes[range]))
            }
            try await writer.finish(nil)
        }
    }
}

/// Thrown inside a body so that the server closes the connection before the promised end.
private struct TruncatedOnDemand: Error {}
