/// The point of an interval where a condition that holds at its lower end stops holding, to the last digit.
///
/// - Precondition: the condition holds below one point of the interval and fails above it.
func lastPoint(in interval: ClosedRange<Double>, where holds: (Double) -> Bool) -> Double {
    var lower = interval.lowerBound
    var upper = interval.upperBound
    while true {
        let middle = lower + (upper - lower) / 2
        guard middle > lower, middle < upper else { return lower }
        if holds(middle) {
            lower = middle
        } else {
            upper = middle
        }
    }
}
