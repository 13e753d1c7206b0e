import Foundation
import Ingestion
import Model

/// The pages of a folder, as bytes.
struct RecordedPages {
    private let pages: [[UInt8]]
    /// The mapped fields and those that every row is asked for besides.
    private static let fields = contractMapping.sourceFields + ["IsDeleted", "SystemModstamp"]

    init(folder: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") }.sorted()
        guard !names.isEmpty else { throw BenchmarkFault("'\(folder.path)' has no pages") }
        pages = try names.map { Array(try Data(contentsOf: folder.appending(path: $0))) }
    }

    private var megabytes: Double { Double(pages.reduce(0) { $0 + $1.count }) / 1e6 }

    /// Bytes to rows of the fields asked for; everything else in them is checked and passed.
    func decodeWork() -> Work {
        {
            var rows = 0
            for page in pages { rows += try decoded(page).count }
            return ["rows": Double(rows), "mb": megabytes]
        }
    }

    /// Bytes to facts.
    func factsWork() -> Work {
        {
            let mapper = StreamMapper(mapping: contractMapping).bound(to: RecordedPages.fields)
            var sum = (rows: 0, amount: Int64(0))
            for page in pages {
                let batch = try decoded(page)
                for row in 0..<batch.count {
                    guard case .contract(let contract) = try mapper.map(batch, row: row, nativeID: "").body
                    else { throw BenchmarkFault("row \(row) is no contract") }
                    sum.rows += 1
                    sum.amount += contract.annualAmount.minorUnits
                }
            }
            return ["rows": Double(sum.rows), "amount": Double(sum.amount), "mb": megabytes]
        }
    }

    private func decoded(_ page: [UInt8]) throws -> RecordBatch {
        try RecordPage(parsing: page, listAt: "/records", fields: RecordedPages.fields).records
    }
}
