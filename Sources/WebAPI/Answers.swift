import Foundation
import Hummingbird
import Model

extension Response {
    /// JSON in its canonical spelling.
    static func json(_ value: some Encodable) throws -> Response {
        bytes(try CanonicalJSON.encode(value), type: "application/json", headers: [.cacheControl: "no-store"])
    }

    /// A page that runs no script and loads nothing from elsewhere.
    static func page(_ html: String) -> Response {
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
        return bytes(Data(html.utf8), type: "text/html; charset=utf-8", headers: headers)
    }

    static func bytes(_ data: Data, type: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = type
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}

extension BasicRequestContext {
    /// A part of the path that the route names, percent-decoded: ids may hold spaces and any letter.
    func part(_ name: String) throws -> String {
        let text = try parameters.require(name)
        return text.removingPercentEncoding ?? text
    }
}
