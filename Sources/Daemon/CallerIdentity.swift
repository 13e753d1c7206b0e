import Foundation
import Hummingbird
package import Model
import NIOCore

/// `struct ucred` of `<sys/socket.h>`, which Swift's Glibc leaves out.
private struct PeerCredentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
}

extension Actor {
    /// Who runs a process: the person who logged in, also after changing to another user with sudo, where the
    /// system keeps that (`/proc/<pid>/loginuid`, which nobody without administrator's rights can set); the
    /// process's own user elsewhere.
    package static func runner(ofProcess process: Int32, user: UInt32) -> Actor {
        let text = try? String(contentsOfFile: "/proc/\(process)/loginuid", encoding: .utf8)
        let login = text.flatMap { UInt32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        // All bits set: nobody logged in, as for a service.
        let person = login.flatMap { $0 == .max ? nil : $0 } ?? user
        return Actor(name(ofUser: person) ?? "uid \(person)")
    }

    /// Who runs this process.
    package static var operatingSystemUser: Actor {
        runner(ofProcess: getpid(), user: geteuid())
    }

    private static func name(ofUser user: UInt32) -> String? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        // The entry's name points into the buffer.
        return buffer.withUnsafeMutableBufferPointer { memory -> String? in
            var result: UnsafeMutablePointer<passwd>?
            guard let start = memory.baseAddress,
                getpwuid_r(user, &entry, start, memory.count, &result) == 0, result != nil
            else { return nil }
            guard let name = entry.pw_name else { return nil }
            return String(cString: name)
        }
    }
}

/// Commands carry whole plans and files.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    var maxUploadSize: Int { 64 << 20 }

    /// Who is at the other end, as the system saw it connect; `nil` where that is not told.
    func caller() async -> Actor? {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials? = try? await socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return credentials.map { Actor.runner(ofProcess: $0.process, user: $0.user) }
    }
}
