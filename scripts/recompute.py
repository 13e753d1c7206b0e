#!/usr/bin/env python3
"""Recomputes the numbers of recorded looks and their reports from the exported rows, independently of Fairway.

usage: recompute.py DIR

DIR is what `fairway demo --keep DIR` leaves: DIR/exports/{looks,assignments,outcomes}.jsonl and
DIR/reports/<pilot>/<week>.json. The last look of each pilot is recomputed: counts, rates, estimates with their
errors and degrees of freedom, tests, intervals at the recorded boundaries, survival curves, guardrails, leave-one-out
and sample ratios; its weekly report must repeat the same numbers. Tolerance 1e-9, relative; 1e-7 for degrees of
freedom, p-values and interval ends. Numbers that do not follow from the rows are listed as not checked.

Needs Python 3.9 and its standard library. Exits 0 when all agree, 1 with each difference, 2 when DIR is no run.
docs/METHODS.md names the formulas, docs/EXPORTS.md the columns.
"""

import sys

from recomputation.comparison import Comparison
from recomputation.looks import check_look
from recomputation.reports import check_report
from recomputation.run import Evidence, NotARun, Run

# Why numbers of a look are not recomputed, by the beginning of their path without positions.
REASONS = {
    "effects[].metric": "settings of the plan",
    "guardrails[].metric": "settings of the plan",
    "guardrails[].maxHarm": "settings of the plan",
    "effects[].criticalValue": "boundaries follow from the plan's schedule; reference cases check them",
    "effects[].nominalLevel": "beyond the range of a double's normal tail",
    "informationFraction": "fixed at the start from the book of that day",
    "effects[].randomization": "needs the pilot's lots; 'fairway verify-assignment' and reference cases check them",
    "effects[].fixedInterval.confidenceLevel": "settings of the plan",
    "effects[].repeatedInterval.confidenceLevel": "settings of the plan",
    "health.sampleRatios[].expected": "shares of the plan",
    "health": "states of the sources",
    "money": "needs the incentive plans and promises, or a retention metric among the plan's",
    "arms[].promisesInForce": "needs the promises",
}


def reason(path):
    matching = [prefix for prefix in REASONS if path.startswith(prefix)]
    return REASONS[max(matching, key=len)] if matching else "numbering and position in the schedule"


def print_table(name, lines):
    print(f"\n{name}")
    columns = ("control", "treatment", "difference", "se", "df", "p")
    print(f"  {'metric':<22}{'variant':<14}{'role':<11}" + "".join(f"{column:>13}" for column in columns))
    for line in lines:
        cells = "".join(f"{'–' if line[c] is None else format(line[c], '.6g'):>13}" for c in columns)
        print(f"  {line['metric']:<22}{line['variant']:<14}{line['role']:<11}{cells}")


def add(groups, more):
    for path, count in more.items():
        groups[path] = groups.get(path, 0) + count


def print_unchecked(groups, report_groups):
    by_reason = {}
    for path, count in groups.items():
        by_reason.setdefault(reason(path), []).append((path, count))
    print("\nnot checked:")
    for why, paths in sorted(by_reason.items()):
        listed = ", ".join(f"{path} ({count})" for path, count in sorted(paths))
        print(f"  {why}: {listed}")
    listed = ", ".join(f"{path} ({count})" for path, count in sorted(report_groups.items()))
    print(f"  in reports, from earlier looks or numbers above: {listed or 'none'}")


def recompute(run):
    """(numbers recomputed, numbers that reports repeat, faults); prints as it goes."""
    recomputed = repeated = 0
    faults, unchecked, unchecked_in_reports = [], {}, {}
    for look in run.last_looks():
        comparison = Comparison(f"{look['pilot']}, look {look['index']}", look)
        print_table(comparison.name, check_look(comparison, Evidence(run, look)))
        recomputed += len(comparison.checked)
        faults += comparison.faults
        add(unchecked, comparison.unchecked())
        found = run.report(look)
        if found is None:
            faults.append(f"{comparison.name}: there is no weekly report in JSON under '{run.folder}/reports'")
            continue
        report = Comparison(str(found[0].relative_to(run.folder)), found[1])
        check_report(report, comparison)
        repeated += len(report.checked)
        faults += report.faults
        add(unchecked_in_reports, report.unchecked())
        print(f"  {report.name}: {len(report.checked)} numbers repeat the look's")
    print_unchecked(unchecked, unchecked_in_reports)
    return recomputed, repeated, faults


def main(arguments):
    if len(arguments) != 2:
        print("usage: recompute.py DIR", file=sys.stderr)
        return 2
    try:
        run = Run(arguments[1])
        if not run.looks:
            raise NotARun(f"'{arguments[1]}' holds no recorded look; let the run go on past its first look")
        recomputed, repeated, faults = recompute(run)
    except NotARun as error:
        print(f"recompute: {error}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    if faults:
        print(f"recomputed {recomputed} numbers; {len(faults)} do not agree")
        return 1
    print(f"\nrecomputed {recomputed} numbers, all agree; reports repeat {repeated} of them")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
