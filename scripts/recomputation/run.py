"""What a practice run left behind: looks, assignments and the rows that looks were computed from."""

import datetime
import json
from collections import defaultdict
from pathlib import Path

from recomputation.rates import Cluster
from recomputation.survival import Lifetime

# Whole numbers in one unit of the metric: discounts are exported in parts per million.
SCALE = {"discountDepth": 1_000_000}


class NotARun(Exception):
    """A folder that lacks what is needed."""


def json_lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except FileNotFoundError:
        raise NotARun(f"there is no '{path}'; expected a folder that 'fairway demo --keep' made") from None
    except ValueError as error:
        raise NotARun(f"'{path}' is not JSON Lines: {error}") from None


class Run:
    def __init__(self, folder):
        self.folder = Path(folder)
        exports = self.folder / "exports"
        self.looks = json_lines(exports / "looks.jsonl")
        self.assignments = defaultdict(list)
        for row in json_lines(exports / "assignments.jsonl"):
            self.assignments[row["pilot"]].append(row)
        self.outcomes = defaultdict(list)
        for row in json_lines(exports / "outcomes.jsonl"):
            self.outcomes[row["pilot"], row["look"]].append(row)

    def last_looks(self):
        """The last recorded look of each pilot, by pilot."""
        last = {}
        for look in self.looks:
            if look["pilot"] not in last or look["index"] > last[look["pilot"]]["index"]:
                last[look["pilot"]] = look
        return [last[pilot] for pilot in sorted(last)]

    def report(self, look):
        """(path, content) of the look's weekly report in JSON, or None when there is no file."""
        year, week, _ = datetime.date.fromisoformat(look["asOf"]).isocalendar()
        path = self.folder / "reports" / look["pilot"] / f"{year:04d}-W{week:02d}.json"
        return (path, json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


class Evidence:
    """The rows of one look, arranged by arm and partner; a partner without rows counts with zeros."""

    def __init__(self, run, look):
        self.look = look
        members = [row for row in run.assignments[look["pilot"]] if row["assigned_on"] <= look["asOf"]]
        self.partners = defaultdict(list)
        for row in members:
            self.partners[row["variant"]].append(row["partner"])
        variants = {row["partner"]: row["variant"] for row in members}
        self.rows = defaultdict(list)
        # Rows that go with no assignment are told, and left out of every sum.
        self.strangers = []
        for row in run.outcomes[look["pilot"], look["index"]]:
            if variants.get(row["partner"]) == row["variant"]:
                self.rows[row["metric"]].append(row)
            else:
                self.strangers.append(
                    f"an outcome of partner '{row['partner']}' in '{row['variant']}' goes with no assignment"
                )

    def arm_rows(self, metric, variant):
        return [row for row in self.rows[metric] if row["variant"] == variant]

    def clusters(self, metric, variant):
        """One line a partner of the arm, in the order of the assignments."""
        scale = SCALE.get(metric["kind"], 1)
        found = {partner: Cluster(partner) for partner in self.partners[variant]}
        for row in self.arm_rows(metric["id"], variant):
            if row["numerator"] is not None and row["denominator"] is not None:
                found[row["partner"]].add(row["numerator"] / scale, row["denominator"] / scale)
        for cluster in found.values():
            cluster.settle()
        return list(found.values())

    def lifetimes(self, metric, variant):
        index = {partner: number for number, partner in enumerate(self.partners[variant])}
        return [
            Lifetime(index[row["partner"]], float(row["entry"]), float(row["time"]), bool(row["event"]))
            for row in self.arm_rows(metric["id"], variant)
        ]
