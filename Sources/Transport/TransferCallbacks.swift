internal import CCurl
internal import Glibc

// libcurl calls these on the loop's thread; `context` is the transfer, alive until its handle is gone.

func receiveBodyBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = unsafe transfer(context), let bytes = unsafe bytes else { return count }
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return switch unsafe transfer.receive(buffer) {
    case .taken: size * count
    case .paused: Int(CURL_WRITEFUNC_PAUSE)
    case .refused: Int(CURL_WRITEFUNC_ERROR)
    }
}

func receiveHeaderLine(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = unsafe transfer(context), let bytes = unsafe bytes else { return count }
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    let line = unsafe String(decoding: buffer, as: UTF8.self)
    return transfer.receive(headerLine: line) ? size * count : Int(CURL_WRITEFUNC_ERROR)
}

/// Opens the socket only when the resolved address may be connected to.
///
/// The check is on the address itself, after resolution, so a name that resolves differently the second
/// time gains nothing.
func openCheckedSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let transfer = unsafe transfer(context), let address = unsafe address else {
        return CURL_SOCKET_BAD
    }
    var bytes = [UInt8](repeating: 0, count: 16)
    let length = unsafe fw_sockaddr_bytes(address, &bytes)
    let target = IPAddress(bytes: Array(bytes.prefix(Int(length))))
    let family = unsafe address.pointee.family
    guard target != nil || family == AF_UNIX, transfer.mayConnect(to: target) else {
        return CURL_SOCKET_BAD
    }
    let type = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return unsafe socket(family, type, address.pointee.protocol)
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}
