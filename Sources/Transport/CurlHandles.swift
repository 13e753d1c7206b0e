internal import CCurl

/// One libcurl easy handle and its error text. Confined to one thread.
///
/// Every option is checked: an option libcurl did not take would silently drop a protection.
@safe final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// For error messages.
    private let request: String

    init(request: String) throws(TransportError) {
        guard let pointer = unsafe curl_easy_init() else {
            throw TransportError(.misconfigured, request: request, detail: "libcurl has no memory left")
        }
        unsafe self.pointer = pointer
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        self.request = request
        try unsafe set(CURLOPT_ERRORBUFFER, pointer: UnsafeRawPointer(errorText))
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe errorText.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe fw_easy_set_long(pointer, option, value), option)
    }

    func set(_ option: CURLoption, offset value: Int) throws(TransportError) {
        try check(unsafe fw_easy_set_offset(pointer, option, value), option)
    }

    func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        guard !value.utf8.contains(0) else {
            throw TransportError(
                .misconfigured, request: request, detail: "a value contains a NUL byte; remove it")
        }
        try check(unsafe fw_easy_set_string(pointer, option, value), option)
    }

    func set(_ option: CURLoption, pointer value: UnsafeRawPointer) throws(TransportError) {
        try check(unsafe fw_easy_set_pointer(pointer, option, value), option)
    }

    func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) throws(TransportError) {
        try check(unsafe fw_easy_set_list(pointer, option, list), option)
    }

    func set(_ option: CURLoption, callback: fw_data_callback) throws(TransportError) {
        try check(unsafe fw_easy_set_data_callback(pointer, option, callback), option)
    }

    func setOpenSocket(_ callback: fw_open_socket_callback) throws(TransportError) {
        try check(unsafe fw_easy_set_open_socket(pointer, callback), CURLOPT_OPENSOCKETFUNCTION)
    }

    /// Lets a paused transfer go on; it may end in the course of that.
    func resume() -> CURLcode { unsafe fw_easy_resume(pointer) }

    /// A numeric fact about the transfer; 0 when libcurl does not know it.
    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return unsafe fw_easy_get_long(pointer, info, &value) == CURLE_OK ? value : 0
    }

    func offset(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return unsafe fw_easy_get_offset(pointer, info, &value) == CURLE_OK ? Int(value) : 0
    }

    /// What libcurl wrote about the last failure; empty when it wrote nothing.
    var lastError: String { unsafe String(cString: errorText) }

    private func check(_ code: CURLcode, _ option: CURLoption) throws(TransportError) {
        guard code != CURLE_OK else { return }
        let reason = unsafe String(cString: curl_easy_strerror(code))
        throw TransportError(
            .misconfigured, request: request,
            detail: "libcurl refused option \(option.rawValue): \(reason)")
    }
}

/// Request headers in libcurl's form, freed with the value.
@safe final class HeaderList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    /// Headers with a line break or a NUL byte are refused: they would write headers of their own.
    init(_ headers: [(name: String, value: String)], request: String) throws(TransportError) {
        unsafe first = nil
        // An empty "Expect" keeps libcurl from waiting a second for servers that do not answer it.
        for (name, value) in headers + [("Expect", "")] {
            let isClean = (name + value).utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }
            guard isClean, !name.isEmpty, !name.utf8.contains(58) else {
                throw TransportError(
                    .misconfigured, request: request,
                    detail: "the request header named '\(HeaderList.printable(name))' is malformed")
            }
            let isRemoval = name == "Expect"
            let line = value.isEmpty ? (isRemoval ? "\(name):" : "\(name);") : "\(name): \(value)"
            guard let longer = unsafe curl_slist_append(first, line) else {
                throw TransportError(.misconfigured, request: request, detail: "libcurl has no memory left")
            }
            unsafe first = longer
        }
    }

    deinit { unsafe curl_slist_free_all(first) }

    private static func printable(_ name: String) -> String {
        String(
            name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(64).map(Character.init))
    }
}

/// A libcurl multi handle.
///
/// `@unchecked Sendable` because the pointer moves to the loop's thread, which alone uses it, except for
/// `wake()`: curl_multi_wakeup is the one call libcurl allows from any thread.
@safe struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    init() throws(TransportError) {
        _ = ProcessSetup.done
        guard let pointer = unsafe curl_multi_init() else {
            throw TransportError(
                .misconfigured, request: "HTTP client", detail: "libcurl could not create a multi handle")
        }
        unsafe self.pointer = pointer
        try set(CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        try set(CURLMOPT_MAX_HOST_CONNECTIONS, 4)
        try set(CURLMOPT_MAX_TOTAL_CONNECTIONS, 16)
    }

    func wake() { _ = unsafe curl_multi_wakeup(pointer) }

    private func set(_ option: CURLMoption, _ value: Int) throws(TransportError) {
        let code = unsafe fw_multi_set_long(pointer, option, value)
        guard code == CURLM_OK else {
            let reason = unsafe String(cString: curl_multi_strerror(code))
            throw TransportError(
                .misconfigured, request: "HTTP client",
                detail: "libcurl refused multi option \(option.rawValue): \(reason)")
        }
    }
}
