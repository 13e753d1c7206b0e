import Foundation
import Ingestion
import Model
import Operations
import Storage

/// The sysexits code that tells a script what kind of thing went wrong; docs/OPERATIONS.md lists them.
package func exitCode(of error: any Error) -> Int32 {
    switch error {
    case let error as Fault: error.isMissing ? 66 : 65
    case let error as Faults: error.faults.allSatisfy(\.isMissing) ? 66 : 65
    case is UnwritableFile: 74
    case let error as OperationError: error.kind == .notFound ? 66 : 65
    case let error as CommandRefused: error.exitCode
    case is AddressInUse: 69
    case let error as SourceError: error.kind == .unmappable ? 65 : 69
    case let error as StoreError:
        switch error {
        case .missing, .noBackup: 66
        case .locked: 75
        case .diskFull, .failed: 74
        case .alreadyExists: 73
        case .notAStore, .newer, .older, .notPractice, .moved: 78
        }
    case is CocoaError: 74
    default: 70
    }
}
