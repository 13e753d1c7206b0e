import Testing
import Transport

@testable import Ingestion

@Suite struct RequestCourseTests {
    @Test func sixTriesWithDoublingWaits() {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        let steps = (0..<6).map { _ in course.step(after: fault(.transient, 500), random: 0.5) }
        let waits: [Double] = [0.5, 1, 2, 4, 8]
        #expect(steps.dropLast() == waits.map { .again(after: $0, shared: false, .serverFault) }[...])
        #expect(steps.last == .fail(floor: nil) && course.tries == 6)
    }

    @Test func whatTheSourceAsksIsAFloorForAll() {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        #expect(
            course.step(after: fault(.throttled(seconds: nil), 429, retryAfter: 7), random: 0.5)
                == .again(after: 7, shared: true, .throttled))
        // The words of the protocol win over the header.
        #expect(
            course.step(after: fault(.throttled(seconds: 9), 429, retryAfter: 7), random: 0.5)
                == .again(after: 9, shared: true, .throttled))
        // The third wait is at least two seconds.
        #expect(
            course.step(after: fault(.throttled(seconds: nil), 429, retryAfter: 0), random: 0.5)
                == .again(after: 2, shared: true, .throttled))
        #expect(
            course.step(after: fault(.transient, 503, retryAfter: 30), random: 0.5)
                == .again(after: 30, shared: true, .serverFault))
        #expect(
            course.step(after: fault(.transient, 500, retryAfter: 30), random: 0.5)
                == .again(after: 8, shared: false, .serverFault))
    }

    @Test func aLongWaitParks() {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        #expect(
            course.step(after: fault(.throttled(seconds: nil), 429, retryAfter: 900), random: 0)
                == .again(after: 900, shared: true, .throttled))
        #expect(
            course.step(after: fault(.throttled(seconds: nil), 429, retryAfter: 901), random: 0)
                == .park(seconds: 901))
        #expect(
            course.step(after: fault(.transient, 503, retryAfter: 7200), random: 0) == .park(seconds: 7200))
    }

    @Test func whatMayHaveBeenDoneIsNotRepeated() {
        var course = RequestCourse(isRepeatable: false, pace: SourcePace())
        #expect(course.step(after: broken, random: 0.5) == .fail(floor: nil))
        #expect(course.step(after: fault(.transient, 500), random: 0.5) == .fail(floor: nil))
        #expect(
            course.step(after: fault(.transient, 503, retryAfter: 5), random: 0.5) == .fail(floor: 5))
        // Refused for lack of room: it was not done.
        #expect(
            course.step(after: fault(.throttled(seconds: 1), 429), random: 0.5)
                == .again(after: 1, shared: true, .throttled))
        #expect(course.step(after: fault(.expiredToken, 401), random: 0.5) == .refresh)
    }

    @Test func aTokenIsReplacedOnce() {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        #expect(course.step(after: fault(.expiredToken, 401), random: 0.5) == .refresh)
        #expect(course.step(after: fault(.expiredToken, 401), random: 0.5) == .rejectedToken)
        #expect(course.tries == 1)
    }

    @Test(arguments: [
        SourceFault.Kind.unauthorized, .tooLarge, .forgottenPosition, .forgottenToken, .unmappable,
        .permanent,
    ])
    func nothingElseIsRepeated(_ kind: SourceFault.Kind) {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        #expect(course.step(after: fault(kind, 400), random: 0.5) == .fail(floor: nil))
    }

    @Test func onlyTransportErrorsThatPassAreRepeated() {
        var course = RequestCourse(isRepeatable: true, pace: SourcePace())
        #expect(course.step(after: broken, random: 0.5) == .again(after: 0.5, shared: false, .unreachable))
        let tls = TransportError(.tls, request: "GET https://h", detail: "bad certificate")
        #expect(course.step(after: .transport(tls), random: 0.5) == .fail(floor: nil))
    }

    private let broken = RequestCourse.Trouble.transport(
        TransportError(.unreachable, request: "GET https://h", detail: "the connection broke"))

    private func fault(
        _ kind: SourceFault.Kind, _ status: Int, retryAfter: Double? = nil
    ) -> RequestCourse.Trouble {
        .fault(SourceFault(kind, detail: ""), status: status, retryAfter: retryAfter)
    }
}
