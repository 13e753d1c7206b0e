#if os(Linux)
import Glibc
#endif

extension Array where Element: BitwiseCopyable {
    /// Reserves storage for a column of many rows and asks the system to back it by large pages.
    ///
    /// A new column is touched once from end to end; with pages of 4 KB, having them mapped one by one takes about as
    /// long as decoding the cells. Only a wish: without large pages everything works as before.
    mutating func reserveColumn(_ rowCount: Int) {
        reserveCapacity(rowCount)
        #if os(Linux)
        let pageSize = 4096
        let length = rowCount * MemoryLayout<Element>.stride
        guard length >= 1 << 20 else { return }
        unsafe withUnsafeMutableBytes { storage in
            guard let base = storage.baseAddress else { return }
            let offset = (pageSize - Int(bitPattern: base) % pageSize) % pageSize
            _ = unsafe madvise(base + offset, (length - offset) / pageSize * pageSize, MADV_HUGEPAGE)
        }
        #endif
    }
}
