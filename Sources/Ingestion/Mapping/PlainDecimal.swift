/// A decimal literal without its exponent: "1.25E4" is "12500", ".5" is "0.5". Exact.
///
/// `nil` for what is not a plain number (NaN, "1,234.5", "0x1F", "") or would have more than 40 digits before or
/// after the point.
func plainDecimal(_ text: String) -> String? { DecimalNumber(ArraySlice(text.utf8))?.written }
