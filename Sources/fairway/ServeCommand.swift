import ArgumentParser
import Daemon
import Documents
import Foundation
import Logging
import Model

/// `fairway serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon: read sources, look, act, report and answer over HTTP.",
        discussion: "Stops on SIGTERM or SIGINT after finishing what is under way.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var child: ChildOptions

    func run() async throws {
        try await telling {
            let configuration = try config.load()
            let server = try Server(
                configuration: configuration, environment: ProcessInfo.processInfo.environment,
                actor: .operatingSystemUser, logger: .fairway(level: .notice))
            child.watchParent()
            let (path, store) = (config.config, configuration.store)
            try await server.run { address in
                child.tell("\(Engine.name)\nconfiguration \(path)\nstore \(store)\npages \(address)/reports/")
                child.announce(address)
            }
        }
    }
}

/// For a process that starts this one and lives with it.
struct ChildOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the address to this file once it answers.", valueName: "path"))
    var addressFile: String?
    @Flag(help: "Stop when standard input is closed.")
    var untilInputCloses = false

    /// Prints at once, into a log as well: `print` keeps what does not go to a terminal.
    func tell(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    func announce(_ address: String) {
        guard let addressFile else { return }
        try? Data(address.utf8).write(to: URL(fileURLWithPath: addressFile), options: .atomic)
    }

    /// Stops this process, as SIGTERM does, when the one that holds its standard input is gone.
    func watchParent() {
        guard untilInputCloses else { return }
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            kill(getpid(), SIGTERM)
        }
    }
}
