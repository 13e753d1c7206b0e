internal import Model

extension MappedRow {
    func amount(_ target: Target) throws(MappingFault) -> Money {
        guard let money = try optionalAmount(target) else {
            throw fault(target, "is empty; a value is needed")
        }
        return money
    }

    /// Whole minor units of the row's currency; below zero for money that went back.
    func optionalAmount(_ target: Target) throws(MappingFault) -> Money? {
        let isMinor = mapper.mapping.amountUnit == .minor
        if let column = mapper.plainColumn(target), batch.kind(row: row, field: column) == .number {
            let currency = try currency()
            let decimals = isMinor ? 0 : currency.exponent
            if let units = batch.plainNumber(row: row, field: column, decimals: decimals),
                units <= MappedRow.largestAmount
            {
                return Money(minorUnits: units, currency: currency)
            }
        }
        guard let value = try find(target) else { return nil }
        let currency = try currency()
        guard let number = DecimalNumber(value.bytes),
            case let scaled = number.scaled(by: isMinor ? 0 : currency.exponent),
            scaled != .tooLarge
        else {
            throw fault(target, value, "'\(excerpt(value.bytes))' is not an amount of \(currency)")
        }
        guard case .exact(let units) = scaled else {
            throw fault(
                target, value,
                isMinor
                    ? "'\(excerpt(value.bytes))' is not a whole number of minor units of \(currency)"
                    : "'\(excerpt(value.bytes))' is not an amount of \(currency), which has"
                        + " \(currency.exponent) digits after the point")
        }
        guard units.magnitude <= MappedRow.largestAmount.magnitude else {
            throw fault(
                target, value, "'\(excerpt(value.bytes))' is larger than any contract; check the unit")
        }
        return Money(minorUnits: units, currency: currency)
    }

    /// The row's currency, else the stream's. Some systems write codes in small letters.
    private func currency() throws(MappingFault) -> Currency {
        if let column = mapper.plainColumn(.currency),
            let code = batch.plainText(row: row, field: column, limit: 3),
            let currency = Currency(code)
        {
            return currency
        }
        guard let value = try find(.currency) else {
            guard let currency = mapper.mapping.currency else {
                throw fault(
                    .currency,
                    "is empty; expected a code such as EUR, or 'currency' in the mapping for rows without one"
                )
            }
            return currency
        }
        guard let currency = Currency(value.text.uppercased()) else {
            throw fault(
                .currency, value,
                "'\(excerpt(value.bytes))' is not a currency; expected a code such as EUR")
        }
        return currency
    }

    func annualAmount() throws(MappingFault) -> Money {
        guard let money = try optionalAnnualAmount() else {
            throw fault(.annualAmount, "is empty; a value is needed")
        }
        return money
    }

    func optionalAnnualAmount() throws(MappingFault) -> Money? {
        guard let money = try optionalAmount(.annualAmount) else { return nil }
        guard money.minorUnits >= 0 else {
            throw fault(.annualAmount, "'\(money)' is negative; expected 0 or more")
        }
        // At most `largestAmount`, which leaves room for twelve times as much.
        let factor: Int64 = mapper.mapping.amountPeriod == .month ? 12 : 1
        return Money(minorUnits: money.minorUnits * factor, currency: money.currency)
    }
}
