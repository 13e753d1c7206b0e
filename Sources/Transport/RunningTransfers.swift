internal import CCurl

/// The transfers on the wire, by the address of their handle. Lives on the loop's thread.
struct RunningTransfers {
    private let multi: MultiHandle
    private let policy: TransportPolicy
    private let now: @Sendable () -> ContinuousClock.Instant
    private var transfers: [UInt: Transfer] = [:]
    private var fallback = ProtocolFallback()

    init(
        multi: MultiHandle, policy: TransportPolicy, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.multi = multi
        self.policy = policy
        self.now = now
    }

    mutating func start(_ job: TransferJob) {
        guard !job.isCancelled() else { return job.finish(.failure(.cancelled(job.name))) }
        do throws(TransportError) {
            let transfer = try Transfer(
                job, policy: policy, choice: fallback.choice(for: job.origin, at: now()))
            let code = unsafe curl_multi_add_handle(multi.pointer, transfer.easy.pointer)
            guard code == CURLM_OK else {
                throw TransportError(
                    .misconfigured, request: job.name,
                    detail: unsafe String(cString: curl_multi_strerror(code)))
            }
            unsafe transfers[UInt(bitPattern: transfer.easy.pointer)] = transfer
        } catch {
            job.finish(.failure(error))
        }
    }

    mutating func cancel(_ id: UInt64) {
        guard let (key, transfer) = transfers.first(where: { $0.value.job.id == id }) else { return }
        // The caller goes on first: removing a handle may wait for its name resolution.
        transfer.job.finish(.failure(.cancelled(transfer.job.name)))
        remove(key)
    }

    mutating func resume(_ id: UInt64) {
        guard let (key, transfer) = transfers.first(where: { $0.value.job.id == id }) else { return }
        let code = transfer.easy.resume()
        if code != CURLE_OK { finish(key, transfer, code) }
    }

    private mutating func finish(_ key: UInt, _ transfer: Transfer, _ code: CURLcode) {
        let result = transfer.result(code)
        fallback.note(
            ProtocolFallback.Ending(code), version: transfer.version, offeredHTTP2: transfer.offersHTTP2,
            at: now())
        if code == CURLE_OK, !transfer.offersHTTP2 {
            fallback.noteAnswer(transfer.version, from: transfer.job.origin, at: now())
        }
        remove(key)
        transfer.job.finish(result)
    }

    /// Moves bytes, hands out finished answers, then waits for more to do.
    mutating func perform() {
        var active: Int32 = 0
        let code = unsafe curl_multi_perform(multi.pointer, &active)
        guard code == CURLM_OK else {
            let reason = unsafe String(cString: curl_multi_strerror(code))
            return finishAll { TransportError(.unreachable, request: $0, detail: "libcurl: \(reason)") }
        }
        while true {
            let finished = unsafe fw_multi_next_finished(multi.pointer)
            guard let handle = unsafe finished.handle else { break }
            let key = UInt(bitPattern: handle)
            guard let transfer = transfers[key] else { continue }
            unsafe finish(key, transfer, finished.code)
        }
        let wait: Int32 = transfers.isEmpty ? 60_000 : 1000
        _ = unsafe curl_multi_poll(multi.pointer, nil, 0, wait, nil)
    }

    mutating func cancelAll() { finishAll { .shutDown($0) } }

    private mutating func finishAll(_ error: (String) -> TransportError) {
        for (key, transfer) in transfers {
            transfer.job.finish(.failure(error(transfer.job.name)))
            remove(key)
        }
    }

    private mutating func remove(_ key: UInt) {
        guard let transfer = transfers.removeValue(forKey: key) else { return }
        _ = unsafe curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
    }
}
