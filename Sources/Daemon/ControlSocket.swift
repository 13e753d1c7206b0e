import Foundation
import Hummingbird
import Logging
import Model
import Operations
import Storage
import WebAPI

/// The door for commands: HTTP over a Unix socket that only its owner may open.
struct ControlSocket {
    let path: String
    let handler: CommandHandler
    /// Who runs the daemon: stands for callers that the system does not tell.
    let actor: Actor
    let logger: Logger

    /// The server, to run beside the others; the socket file is made anew.
    ///
    /// - Throws: ``OperationError`` when its path is longer than the system allows, or something else than an
    ///   earlier daemon's socket is in its place.
    func application() throws -> some ApplicationProtocol {
        try refuseLongPath()
        try removeOldSocket()
        let router = Router(context: ControlContext.self)
        router.add(middleware: ProblemMiddleware())
        router.post("commands") { request, context in
            let command = try await request.decode(as: Command.self, context: context)
            let answer: Data
            do {
                // Who gives the command, not who runs the daemon: closing a period takes two persons.
                let caller = await context.caller() ?? actor
                answer = try CanonicalJSON.encode(try await handler.perform(command, by: caller))
            } catch {
                throw Problem(command: error)
            }
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
        }
        let path = path
        return Application(
            router: router, configuration: .init(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in _ = chmod(path, 0o600) }, logger: logger)
    }
}

extension ControlSocket {
    /// What fits into `sockaddr_un` with its closing zero.
    private static let longestPath = 107

    private func refuseLongPath() throws {
        guard path.utf8.count > Self.longestPath else { return }
        throw OperationError(
            .invalid,
            "the control socket's path '\(path)' has \(path.utf8.count) bytes, and a Unix socket's at most "
                + "\(Self.longestPath); set 'socket' in the configuration to a shorter one")
    }

    private func removeOldSocket() throws {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw OperationError(
                .invalid,
                "'socket' names '\(path)', which is a file of another kind; name a path that is free")
        }
        unlink(path)
    }
}

extension Problem {
    /// An error whose words are meant for the operator who gave the command.
    fileprivate init(command error: any Error) {
        if error is OperationError {
            self.init(error)
        } else {
            self.init(status: .internalServerError, code: "command", detail: "\(error)")
        }
        exitCode = Daemon.exitCode(of: error)
    }
}
