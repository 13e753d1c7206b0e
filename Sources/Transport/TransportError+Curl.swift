internal import CCurl

extension TransportError {
    /// Reads a libcurl result code by what the caller can do about it.
    ///
    /// `text` (libcurl's words on the failure) is quoted only where it is known to name hosts, times and
    /// certificates and nothing of the request or the answer.
    init(_ code: CURLcode, request: String, text: String) {
        let meaning = unsafe String(cString: curl_easy_strerror(code))
        let quoted = text.isEmpty ? meaning : text
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT:
            self.init(.unreachable, request: request, detail: quoted)
        case CURLE_SSL_CONNECT_ERROR:
            self.init(.unreachable, request: request, detail: "the TLS handshake did not finish: \(quoted)")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self.init(.unreachable, request: request, detail: "the connection broke: \(meaning)")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(.timedOut, request: request, detail: quoted)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            self.init(.tls, request: request, detail: quoted)
        case CURLE_UNSUPPORTED_PROTOCOL:
            self.init(
                .protocolRefused, request: request,
                detail: "plain http is not allowed; use https, or allow plain http for this host and port")
        case CURLE_PARTIAL_FILE:
            self.init(.truncated, request: request, detail: "the answer ended before its announced length")
        case CURLE_BAD_CONTENT_ENCODING:
            self.init(.badEncoding, request: request, detail: "the answer's compression is corrupt")
        case CURLE_FILESIZE_EXCEEDED:
            self.init(.bodyTooLarge, request: request, detail: meaning)
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION, CURLE_OUT_OF_MEMORY:
            self.init(.misconfigured, request: request, detail: meaning)
        default:
            self.init(.unreachable, request: request, detail: "\(meaning) (libcurl \(code.rawValue))")
        }
    }
}

extension ProtocolFallback.Ending {
    init(_ code: CURLcode) {
        switch code {
        case CURLE_OK: self = .answered
        case CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
            CURLE_PARTIAL_FILE:
            self = .broken
        default: self = .other
        }
    }
}
