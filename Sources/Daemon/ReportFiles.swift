import Foundation
import Model
import Operations
import Reporting

/// The reports directory: one folder a pilot, one file a week and format, and an index page.
struct ReportFiles: Sendable {
    let directory: String

    /// Writes the reports of looks that have none yet; returns the paths written.
    ///
    /// A report is a function of its recorded look, so a file that is missing is simply made again.
    func write(from operations: PilotOperations) async throws -> [String] {
        var written: [String] = []
        for pilot in try await operations.pilots() {
            let looks = try await operations.recordedLooks(of: pilot.id)
            for (index, look) in looks.enumerated() {
                let stem = "\(directory)/\(pilot.id)/\(look.asOf.isoWeek)"
                // JSON is written last: where it stands, the whole week stands.
                guard isEmpty(stem + ".json") else { continue }
                let report = WeeklyReport(pilot: pilot, look: look, previous: Array(looks[..<index]))
                try write(Data(try report.html().utf8), to: stem + ".html")
                try write(Data(report.markdown().utf8), to: stem + ".md")
                try write(try report.json(), to: stem + ".json")
                written.append(stem + ".html")
            }
        }
        let index = Data(try await operations.programmeIndex().html().utf8)
        if FileManager.default.contents(atPath: "\(directory)/index.html") != index {
            try write(index, to: "\(directory)/index.html")
        }
        return written
    }

    /// Whether nothing is at `path`, or a file that a crash left without content.
    private func isEmpty(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int ?? 0 == 0
    }

    /// A reader sees the old file or the new one, never a part; a draft that a crash leaves is written over.
    private func write(_ data: Data, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let draft = path + ".part"
        try data.write(to: URL(fileURLWithPath: draft))
        guard rename(draft, path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }
}
