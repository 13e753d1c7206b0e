import Estimation
import Testing

@Suite struct TableReaderTests {
    @Test func reads() throws {
    }
}
