/// eˣ of eight numbers at once, to about 2 units in the last place; x is held within ±708, where eˣ stays normal.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and eˣ = 2ⁿ·eʳ with eʳ from its power series.
@inline(__always)
func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let limit = 708.0
    var x = x
    x.replace(with: limit, where: x .> limit)
    x.replace(with: -limit, where: x .< -limit)
    // Adding and taking away 1.5·2⁵² rounds to a whole number, which the sum's last bits then hold.
    let rounding = 6_755_399_441_055_744.0
    let shifted = x * 1.442_695_040_888_963_4 + rounding
    let n = shifted - rounding
    // ln 2 in two parts, the first with enough zeros at its end for n times it to be exact.
    let r = (x - n * 6.931_471_803_691_238e-1) - n * 1.908_214_929_270_588e-10
    var series = r * (1.0 / 479_001_600) + 1.0 / 39_916_800
    series = series * r + 1.0 / 3_628_800
    series = series * r + 1.0 / 362_880
    series = series * r + 1.0 / 40_320
    series = series * r + 1.0 / 5_040
    series = series * r + 1.0 / 720
    series = series * r + 1.0 / 120
    series = series * r + 1.0 / 24
    series = series * r + 1.0 / 6
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    let exponent = unsafe unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &<< 52 &+ (1023 << 52)
    return unsafe series * unsafeBitCast(exponent, to: SIMD8<Double>.self)
}
