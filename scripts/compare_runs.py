#!/usr/bin/env python3
"""Compares what two practice runs left: both must know, decide and say exactly the same.

usage: compare_runs.py A B

A and B are folders that `fairway demo --keep` made. Facts, assignments, looks, outcomes and deliveries are compared
line by line, reports byte by byte; no message may stand twice for one endpoint. How often a receiver was sent a message
may differ (delivery is at least once) and is not in these files. Exits 0 when the runs are equal, 1 with the first
difference of each kind, 2 when a folder is not a run.
"""

import json
import sys
from collections import Counter
from pathlib import Path

TABLES = ("facts", "assignments", "looks", "outcomes", "deliveries")


def lines(run, table):
    path = run / "exports" / f"{table}.jsonl"
    try:
        with open(path, encoding="utf-8") as file:
            return [line.rstrip("\n") for line in file if line.strip()]
    except FileNotFoundError:
        raise NotARun(f"'{run}' has no 'exports/{table}.jsonl'; expected a folder that 'fairway demo --keep' made")


class NotARun(Exception):
    """A folder that no practice run can have left."""


def table_difference(name, left, right):
    """A sentence about the first line that differs, or None."""
    for number, (one, other) in enumerate(zip(left, right), start=1):
        if one != other:
            return f"{name}: line {number} differs: {field_difference(one, other)}"
    if len(left) != len(right):
        longer, extra = ("A", left[len(right)]) if len(left) > len(right) else ("B", right[len(left)])
        return f"{name}: {len(left)} lines in A, {len(right)} in B; first only in {longer}: {shortened(extra)}"
    return None


def field_difference(one, other):
    """The innermost field at which two JSON lines part."""
    try:
        path, left, right = first_difference(json.loads(one), json.loads(other), "")
    except ValueError:
        return f"{shortened(one)} in A, {shortened(other)} in B"
    where = f"'{path}' is " if path else ""
    return f"{where}{shortened(left)} in A, {shortened(right)} in B"


def first_difference(one, other, path):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other)):
            if left != right:
                return first_difference(left, right, f"{path}[{index}]")
    return path, one, other


def shortened(value, limit=120):
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= limit else shown[:limit] + "…"


def doubled(deliveries):
    """Messages that stand more than once for one endpoint."""
    rows = [json.loads(line) for line in deliveries]
    counts = Counter((row["id"], row["endpoint"]) for row in rows)
    return [f"'{message}' to '{endpoint}'" for (message, endpoint), count in counts.items() if count > 1]


def reports(run):
    folder = run / "reports"
    return {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}


def report_differences(left, right):
    for name in sorted(left.keys() | right.keys()):
        if name not in left or name not in right:
            yield f"reports: '{name}' is only in {'A' if name in left else 'B'}"
            continue
        one, other = left[name].read_bytes(), right[name].read_bytes()
        if one != other:
            at = next(
                (i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other))
            )
            line = one.count(b"\n", 0, at) + 1
            yield f"reports: '{name}' differs from byte {at + 1} on, line {line} of A"


def compare(a, b):
    """(what was compared, differences), both in words."""
    compared, differences = [], []
    for table in TABLES:
        left, right = lines(a, table), lines(b, table)
        compared.append(f"{len(left)} {table}")
        differences.append(table_difference(table, left, right))
    for name, run in (("A", a), ("B", b)):
        for message in doubled(lines(run, "deliveries"))[:1]:
            differences.append(f"deliveries: {name} holds the message {message} more than once")
    left, right = reports(a), reports(b)
    compared.append(f"{len(left)} report files")
    differences.append(next(report_differences(left, right), None))
    return compared, [difference for difference in differences if difference]


def main(arguments):
    if len(arguments) != 3:
        print("usage: compare_runs.py A B", file=sys.stderr)
        return 2
    try:
        compared, differences = compare(Path(arguments[1]), Path(arguments[2]))
    except (NotARun, ValueError) as error:
        print(f"compare_runs: {error}", file=sys.stderr)
        return 2
    for sentence in differences:
        print(sentence)
    if differences:
        return 1
    print(f"equal: {', '.join(compared)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
