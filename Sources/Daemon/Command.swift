package import Model
package import Operations

/// A verb that changes state, as it travels from the command line to whoever holds the store.
package enum Command: Sendable, Codable {
    case start(ApprovedPlan, seed: Seed?)
    /// Reads what is asked for, then evaluates, acts and reports.
    case sync(SyncRequest)
    case recordLook(Pilot.ID)
    case importTrial(ApprovedPlan, csv: String)
    /// `constants`: fixed text by target field, for what the file does not say.
    case importFacts(FactKind, csv: String, file: String, constants: [String: String])
    /// Approves closing a quarter, or closes it.
    case closePeriod(CalendarPeriod)
    /// Takes somebody's name, and the text of set-aside rows that mention it, out of the store.
    case erase(ErasableSubject)
    /// Practice stores only: moves the business clock, then does what has become due.
    case advanceClock(Instant)
    /// Where the daemon answers over HTTP.
    case address
}

/// What a command came to.
package enum CommandOutcome: Sendable, Codable {
    case started(Pilot)
    case cycled(CycleSummary)
    case looked(LookRecording)
    case imported(ImportSummary)
    case periodClosing(PeriodClosing)
    case erased(ErasureSummary)
    case address(String)
}

/// What an import stored.
package struct ImportSummary: Sendable, Hashable, Codable {
    package var newFacts: Int
    package var repeated: Int
    package var quarantined: [QuarantinedRow]
    /// Of files of milestones and readings.
    package var evidence: NamedEvidence?
}
