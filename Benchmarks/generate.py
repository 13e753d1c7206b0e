#!/usr/bin/env python3
"""Input of the benchmarks: customers of partners of a randomised pilot, one row a customer.

Partner sizes are lognormal (sigma 1.6); half of the partners of each of four strata by size get variant 1. Partners
differ by a normal effect on renewal, revenue and churn. Customers churn at a constant hazard, 15 % lower under
variant 1, on whole days, and are observed until day 365. Rows are in random order, as in an export.

With numpy a million rows take seconds; without it the same model is drawn a row at a time. The two give different
rows, so results are compared within one input only. The same size and seed give the same input again.
"""

import array
import argparse
import itertools
import math
import random
import sys
from pathlib import Path

try:
    import numpy
except ImportError:
    numpy = None

SIZES = {"S": (10_000, 200), "M": (1_000_000, 10_000), "L": (10_000_000, 50_000)}
COLUMNS = {
    "partner_id": "i32",
    "customer_id": "i32",
    "variant": "i8",
    "stratum": "i8",
    "pre_period_value": "f64",
    "entry_day": "i16",
    "exit_day": "i16",
    "event": "i8",
    "renewed": "i8",
    "recurring_revenue_start": "f64",
    "recurring_revenue_end": "f64",
    "discount": "f64",
}
DECIMALS = {"pre_period_value": 2, "recurring_revenue_start": 2, "recurring_revenue_end": 2, "discount": 3}
ARRAY_CODES = {"i8": "b", "i16": "h", "i32": "i", "f64": "d"}
ROWS_A_WRITE = 100_000


def partners(rows, count, source):
    """Sizes that add up to the rows, strata by size and variants half and half within them."""
    weights = [math.exp(source.gauss(0, 1.6)) for _ in range(count)]
    total = sum(weights)
    sizes = [max(1, math.floor(weight / total * rows)) for weight in weights]
    order = sorted(range(count), key=lambda partner: -sizes[partner])
    sizes[order[0]] += rows - sum(sizes)
    stratum = [0] * count
    variant = [0] * count
    for rank, partner in enumerate(order):
        stratum[partner] = min(3, rank * 4 // count)
    for level in range(4):
        members = [partner for partner in range(count) if stratum[partner] == level]
        for partner in source.sample(members, len(members) // 2):
            variant[partner] = 1
    effect = [source.gauss(0, 1) for _ in range(count)]
    return sizes, stratum, variant, effect


def customer_rows(roster, source):
    """The columns, drawn a row at a time."""
    sizes, strata, variants, effects = roster
    members = [partner for partner, size in enumerate(sizes) for _ in range(size)]
    source.shuffle(members)
    columns = {name: array.array(ARRAY_CODES[kind]) for name, kind in COLUMNS.items()}
    for customer, partner in enumerate(members):
        variant, stratum, effect = variants[partner], strata[partner], effects[partner]
        start = round(math.exp(source.gauss(6 + 0.2 * effect, 0.9)), 2)
        before = round(start * math.exp(source.gauss(0, 0.25)), 2)
        x = (math.log(before) - 6) / 0.9
        entry = source.randrange(181)
        hazard = 0.0012 * math.exp(-0.2 * x + 0.3 * effect + math.log(0.85) * variant + 0.1 * stratum)
        days = math.ceil(source.expovariate(1) / hazard)
        event = days <= 365 - entry
        rate = 1 / (1 + math.exp(-(0.9 + 0.12 * variant + 0.35 * x + 0.42 * effect)))
        renewed = not event and source.random() < rate
        growth = math.exp(source.gauss(0.01 + 0.015 * variant + 0.02 * effect, 0.2))
        discount = min(0.6, max(0, source.betavariate(1.5, 8) + 0.02 * variant))
        row = (
            partner, customer, variant, stratum, before, entry, entry + min(days, 365 - entry), event, renewed,
            start, round(start * growth, 2) if renewed else 0.0, round(discount, 3),
        )  # fmt: skip
        for column, value in zip(columns.values(), row):
            column.append(value)
    return columns


def customer_columns(roster, rows, seed):
    """The same model, drawn a column at a time with numpy."""
    draw = numpy.random.Generator(numpy.random.PCG64(seed))
    sizes, strata, variants, effects = (numpy.array(values) for values in roster)
    partner = draw.permutation(numpy.repeat(numpy.arange(len(sizes)), sizes))
    variant, stratum, effect = variants[partner], strata[partner], effects[partner]
    start = numpy.round(numpy.exp(draw.normal(6 + 0.2 * effect, 0.9)), 2)
    before = numpy.round(start * numpy.exp(draw.normal(0, 0.25, rows)), 2)
    x = (numpy.log(before) - 6) / 0.9
    entry = draw.integers(0, 181, rows)
    hazard = 0.0012 * numpy.exp(-0.2 * x + 0.3 * effect + math.log(0.85) * variant + 0.1 * stratum)
    days = numpy.ceil(draw.exponential(1, rows) / hazard).astype(numpy.int64)
    event = days <= 365 - entry
    rate = 1 / (1 + numpy.exp(-(0.9 + 0.12 * variant + 0.35 * x + 0.42 * effect)))
    renewed = (draw.random(rows) < rate) & ~event
    growth = numpy.exp(draw.normal(0.01 + 0.015 * variant + 0.02 * effect, 0.2))
    discount = numpy.clip(draw.beta(1.5, 8, rows) + 0.02 * variant, 0, 0.6)
    values = (
        partner, numpy.arange(rows), variant, stratum, before, entry, entry + numpy.minimum(days, 365 - entry),
        event, renewed, start, numpy.round(numpy.where(renewed, start * growth, 0), 2), numpy.round(discount, 3),
    )  # fmt: skip
    return {
        name: array.array(ARRAY_CODES[kind], column.astype("<" + kind[0] + str(int(kind[1:]) // 8)).tobytes())
        for (name, kind), column in zip(COLUMNS.items(), values)
    }


def write(folder, columns):
    """One raw little-endian file a column, and customers.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in COLUMNS.items():
        column = columns[name]
        if sys.byteorder == "big":
            column = array.array(column.typecode, column)
            column.byteswap()
        (folder / f"{name}.{kind}").write_bytes(column.tobytes())
    line = ",".join(f"%.{DECIMALS[name]}f" if name in DECIMALS else "%d" for name in COLUMNS) + "\n"
    with open(folder / "customers.csv", "w", encoding="ascii", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        for start in range(0, len(columns["partner_id"]), ROWS_A_WRITE):
            parts = (column[start : start + ROWS_A_WRITE] for column in columns.values())
            file.writelines(line % row for row in zip(*parts))


def write_beginning(source, folder, rows):
    """The first rows of an input, as an input: a random sample of its customers, with the same partners."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in COLUMNS.items():
        with open(source / f"{name}.{kind}", "rb") as file:
            (folder / f"{name}.{kind}").write_bytes(file.read(rows * int(kind[1:]) // 8))
    with open(source / "customers.csv", "rb") as table, open(folder / "customers.csv", "wb") as beginning:
        beginning.writelines(line for line, _ in zip(table, range(rows + 1)))


def write_half(source, folder):
    """The customers of every other partner, as an input."""
    columns = {}
    for name, kind in COLUMNS.items():
        columns[name] = array.array(ARRAY_CODES[kind], (source / f"{name}.{kind}").read_bytes())
        if sys.byteorder == "big":
            columns[name].byteswap()
    kept = [partner % 2 == 0 for partner in columns["partner_id"]]
    half = {
        name: array.array(column.typecode, itertools.compress(column, kept)) for name, column in columns.items()
    }
    half["partner_id"] = array.array(ARRAY_CODES[COLUMNS["partner_id"]], (each // 2 for each in half["partner_id"]))
    write(folder, half)


def generate(folder, size, seed=20260101):
    """Writes the input of a size into a folder."""
    rows, count = SIZES[size]
    source = random.Random(seed)
    roster = partners(rows, count, source)
    write(folder, customer_rows(roster, source) if numpy is None else customer_columns(roster, rows, seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes the input of the benchmarks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--seed", type=int, default=20260101)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.size, arguments.seed)
