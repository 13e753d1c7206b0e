import Foundation
import Model

/// A webhook request as it arrived.
package struct ReceivedDelivery: Sendable, Hashable, Codable {
    package var id: String
    /// `webhook-timestamp` as sent.
    package var timestamp: String
    package var verified: Bool
    package var body: String
    /// How many requests with this id have arrived, this one included.
    package var attempt: Int
}

/// What has arrived so far.
package struct DeliveryCounts: Sendable, Hashable, Codable {
    package var verified = 0
    /// Wrong or missing signature, or a timestamp out of tolerance.
    package var refused = 0
    /// Verified requests that were answered 500 because the receiver was told to fail.
    package var failedOnPurpose = 0
    /// Different ids among verified requests that were accepted.
    package var uniqueIDs = 0
}

/// The receiver's memory: every delivery is a JSON line of a file before it is answered.
actor DeliveryLog {
    private let file: FileHandle
    private(set) var counts = DeliveryCounts()
    private var attempts: [String: Int] = [:]
    private var accepted: Set<String> = []
    private var failuresLeft: Int

    /// Goes on with the file at `path`, or begins it: what it holds counts as received.
    init(path: String, failFirst: Int) throws {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
            }
        }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        for line in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) {
            // The last line may have been cut short with the process that wrote it.
            guard let earlier = try? CanonicalJSON.decode(ReceivedDelivery.self, from: Data(line)) else {
                continue
            }
            attempts[earlier.id, default: 0] += 1
            if earlier.verified {
                counts.verified += 1
                accepted.insert(earlier.id)
            } else {
                counts.refused += 1
            }
        }
        counts.uniqueIDs = accepted.count
        try file.seekToEnd()
        failuresLeft = failFirst
    }

    /// Records a request and says which status answers it.
    func record(id: String, timestamp: String, verified: Bool, body: Data) throws -> Int {
        attempts[id, default: 0] += 1
        let delivery = ReceivedDelivery(
            id: id, timestamp: timestamp, verified: verified, body: String(decoding: body, as: UTF8.self),
            attempt: attempts[id] ?? 1)
        try file.write(contentsOf: try CanonicalJSON.encode(delivery) + [UInt8(ascii: "\n")])
        guard verified else {
            counts.refused += 1
            return 401
        }
        counts.verified += 1
        if failuresLeft > 0 {
            failuresLeft -= 1
            counts.failedOnPurpose += 1
            return 500
        }
        accepted.insert(id)
        counts.uniqueIDs = accepted.count
        return 204
    }
}
