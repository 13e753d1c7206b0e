internal import CCurl
internal import Glibc

/// What libcurl needs once in a process.
///
/// SIGPIPE is ignored because OpenSSL may write to a connection the peer has closed, and libcurl does not
/// guard against it when CURLOPT_NOSIGNAL is set.
enum ProcessSetup {
    static let done: Bool = {
        _ = signal(SIGPIPE, SIG_IGN)
        return fw_global_init() == CURLE_OK
    }()
}
