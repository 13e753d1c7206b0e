import ArgumentParser
import Daemon

@main
struct Fairway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fairway",
        abstract: "Run pilots of partner incentives: assign, measure, decide.",
        discussion: """
            Start with 'fairway demo', which plays four pilots on a practice vendor, or with 'fairway init'.
            Exit codes: 0 done, 1 a finding (a breached guardrail, a proof or a plan that fails), 64 wrong usage, 65 bad input, \
            66 missing input, 69 unavailable, 70 internal, 73 exists already, 74 input/output, 75 busy, \
            78 unusable configuration or store.
            """,
        version: Engine.version,
        groupedSubcommands: [
            CommandGroup(name: "Set-up", subcommands: [InitCommand.self, ServeCommand.self]),
            CommandGroup(
                name: "Pilots",
                subcommands: [
                    NewCommand.self, ValidateCommand.self, StartCommand.self, LookCommand.self,
                    ReportCommand.self, StatusCommand.self,
                ]),
            CommandGroup(
                name: "Partners",
                subcommands: [TermsCommand.self, StatementCommand.self, VerifyAssignmentCommand.self]),
            CommandGroup(
                name: "Plans", subcommands: [PlanCommand.self, WhatIfCommand.self, LiabilityCommand.self]),
            CommandGroup(
                name: "Data",
                subcommands: [
                    SyncCommand.self, DoctorCommand.self, ImportCommand.self, ExportCommand.self,
                    BackupCommand.self, RestoreCommand.self, EraseCommand.self,
                ]),
            CommandGroup(
                name: "Pay", subcommands: [PeriodCommand.self, AuditCommand.self, GamingCommand.self]),
            CommandGroup(name: "Analysis", subcommands: [EstimateCommand.self]),
            CommandGroup(
                name: "Practice", subcommands: [DemoCommand.self, SandboxCommand.self, ClockCommand.self]),
        ])
}
