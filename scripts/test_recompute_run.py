"""A whole run of five partners, worked by hand: it must be found right, and wrong once a number is changed."""

import contextlib
import copy
import io
import json
import math
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compare_runs  # noqa: E402
import recompute  # noqa: E402
from recomputation.comparison import Comparison  # noqa: E402
from recomputation.reports import places  # noqa: E402

# Renewed of due: control a 3/4, b 4/4; treatment c 2/4, d 3/4; e has no contract due.
RENEWED = {"a": ("control", 3), "b": ("control", 4), "c": ("bonus", 2), "d": ("bonus", 3)}
METRIC = {"id": "renewalRate", "kind": "renewalRate", "estimand": "customerAverage", "graceDays": 30}
# √(4 · 0.5²/(1 − 0.5)/8²); the quantile 0.975 of t with 2 degrees of freedom.
ERROR, QUANTILE = math.sqrt(1 / 32), 4.302652729749464
ESTIMATE = {"value": -0.25, "standardError": ERROR, "degreesOfFreedom": 2.0}


def arm_rate(rate):
    return {
        "rate": rate, "numerator": 8 * rate, "denominator": 8.0, "customers": 8, "clusterCount": 2,
        "effectiveClusterCount": 2.0, "largestShare": 0.5, "largestCluster": 0,
    }


def without(partner, variant, difference):
    return {"partner": partner, "variant": variant, "share": 0.5, "difference": difference}


LOOK = {
    "pilot": "pilot", "index": 1, "asOf": "2026-03-02", "snapshotSequence": 16, "survival": [], "money": [],
    "guardrails": [],
    "arms": [
        {"variant": "control", "partnersAssigned": 2, "partnersObserved": 2, "due": 8, "matured": 8, "renewed": 7},
        {"variant": "bonus", "partnersAssigned": 3, "partnersObserved": 2, "due": 8, "matured": 8, "renewed": 5},
    ],
    "effects": [
        {
            "metric": METRIC, "role": "primary", "variant": "bonus", "control": arm_rate(0.875),
            "treatment": arm_rate(0.625), "difference": -0.25, "estimate": ESTIMATE, "otherEstimate": ESTIMATE,
            # Mean squares 1/8 between and 5/24 within, four customers a partner.
            "intraclassCorrelation": -1 / 9,
            # For 2 degrees of freedom p = 1 − |t|/√(2 + t²), and t² = 2.
            "pValue": 1 - math.sqrt(0.5),
            "fixedInterval": {
                "lower": max(-1.0, -0.25 - QUANTILE * ERROR), "upper": -0.25 + QUANTILE * ERROR, "confidenceLevel": 0.95,
            },
        }
    ],
    "influence": [
        {
            "variant": "bonus", "lowestDifference": -0.375, "highestDifference": -0.125,
            "mostInfluential": [without("a", "control", -0.375), without("c", "bonus", -0.125)],
        }
    ],
    "health": {
        "sampleRatios": [
            {"variants": ["control", "bonus"], "expected": [2.5, 2.5], "observed": [2, 3],
             # χ² = 2 · 0.5²/2.5 = 0.2 on one degree of freedom.
             "pValue": math.erfc(math.sqrt(0.1))},
            {"variants": ["control", "bonus"], "expected": [1.6, 2.4], "observed": [2, 2],
             # Table [[2, 0], [2, 1]]: χ² = 5 · (2·1 − 0·2)²/(2·3·4·1) = 5/6.
             "pValue": math.erfc(math.sqrt(5 / 12))},
        ]
    },
}


def report_of(look):
    """A report that repeats every number it should, each at its place."""
    report = {"retention": {"charts": []}}
    source = Comparison("look", look)
    for target, place in places(report, look):
        value = source.at(place)
        if value is not None:
            put(report, re.findall(r"([^.\[\]]+)|\[(\d+)\]", target), value)
    return report


def put(node, steps, value):
    """Sets a value at a path, making the objects and lists on the way."""
    for (name, index), following in zip(steps, steps[1:] + [None]):
        key = int(index) if index else name
        missing = value if following is None else [] if following[1] else {}
        if isinstance(node, list):
            node.extend([None] * (key + 1 - len(node)))
            node[key] = missing if node[key] is None else node[key]
        else:
            node.setdefault(key, missing)
        node = node[key]


def write_run(folder, look=LOOK):
    exports, reports = folder / "exports", folder / "reports/pilot"
    exports.mkdir(parents=True)
    reports.mkdir(parents=True)
    members = [(partner, variant) for partner, (variant, _) in RENEWED.items()] + [("e", "bonus")]
    assignments = [
        {"pilot": "pilot", "partner": partner, "variant": variant, "assigned_on": "2026-01-05"}
        for partner, variant in members
    ]
    outcomes = [
        {"pilot": "pilot", "look": 1, "partner": partner, "variant": variant, "metric": "renewalRate",
         "matured": True, "numerator": int(number < renewed), "denominator": 1}
        for partner, (variant, renewed) in RENEWED.items() for number in range(4)
    ]
    tables = {"looks": [look], "assignments": assignments, "outcomes": outcomes, "facts": [], "deliveries": []}
    for name, rows in tables.items():
        (exports / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (reports / "2026-W10.json").write_text(json.dumps(report_of(LOOK)))
    return folder


class WholeRun(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_script(self, script, *folders):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            status = script.main(["script", *map(str, folders)])
        return status, output.getvalue()

    def write(self, name, look=LOOK):
        return write_run(Path(self.folder.name) / name, look)

    def test_numbers_worked_by_hand_agree(self):
        status, output = self.run_script(recompute, self.write("right"))
        self.assertEqual(status, 0, output)
        self.assertIn("all agree", output)
        self.assertIn("numbering and position in the schedule: index (1), snapshotSequence (1)", output)

    def test_each_changed_number_is_found(self):
        changes = [
            ("effects[0].estimate.standardError", lambda look: look["effects"][0]["estimate"], "standardError"),
            ("effects[0].pValue", lambda look: look["effects"][0], "pValue"),
            ("effects[0].fixedInterval.upper", lambda look: look["effects"][0]["fixedInterval"], "upper"),
            ("arms[1].renewed", lambda look: look["arms"][1], "renewed"),
            ("influence[0].lowestDifference", lambda look: look["influence"][0], "lowestDifference"),
            ("health.sampleRatios[1].pValue", lambda look: look["health"]["sampleRatios"][1], "pValue"),
        ]
        for number, (path, place, name) in enumerate(changes):
            look = copy.deepcopy(LOOK)
            place(look)[name] *= 1 + 1e-6
            status, output = self.run_script(recompute, self.write(f"wrong{number}", look))
            self.assertEqual(status, 1, path)
            self.assertIn(path, output)

    def test_a_number_that_cannot_be_given_is_a_difference(self):
        look = copy.deepcopy(LOOK)
        del look["effects"][0]["estimate"]
        status, output = self.run_script(recompute, self.write("missing", look))
        self.assertEqual(status, 1)
        self.assertIn("effects[0].estimate.value is absent, recomputed -0.25", output)

    def test_a_report_that_says_another_number_is_found(self):
        run = self.write("report")
        path = run / "reports/pilot/2026-W10.json"
        path.write_text(path.read_text().replace("0.875", "0.876"))
        status, output = self.run_script(recompute, run)
        self.assertEqual(status, 1)
        self.assertIn("effects.rows[0].control.value is 0.876", output)

    def test_a_folder_without_exports_is_no_run(self):
        status, output = self.run_script(recompute, self.folder.name)
        self.assertEqual(status, 2)
        self.assertIn("looks.jsonl", output)

    def test_equal_runs_are_equal_and_the_first_difference_is_told(self):
        one, other = self.write("one"), self.write("other")
        status, output = self.run_script(compare_runs, one, other)
        told = "equal: 0 facts, 5 assignments, 1 looks, 16 outcomes, 0 deliveries, 1 report files\n"
        self.assertEqual((status, output), (0, told))
        look = copy.deepcopy(LOOK)
        look["arms"][1]["renewed"] = 4
        changed = self.write("changed", look)
        report = changed / "reports/pilot/2026-W10.json"
        report.write_bytes(report.read_bytes() + b"\n")
        status, output = self.run_script(compare_runs, one, changed)
        self.assertEqual(status, 1)
        self.assertIn("looks: line 1 differs: 'arms[1].renewed' is 5 in A, 4 in B", output)
        self.assertIn("reports: 'pilot/2026-W10.json' differs from byte", output)

    def test_a_message_lost_doubled_or_undelivered_is_a_difference(self):
        one, other = self.write("one"), self.write("other")
        message = {"id": "msg_1", "endpoint": "growth-team", "state": "delivered", "body": "{}"}
        cases = [
            ([message], [], "deliveries: 1 lines in A, 0 in B"),
            ([message], [{**message, "state": "pending"}], "'state' is delivered in A, pending in B"),
            ([message] * 2, [message] * 2, "A holds the message 'msg_1' to 'growth-team' more than once"),
        ]
        for left, right, complaint in cases:
            for run, rows in ((one, left), (other, right)):
                text = "".join(json.dumps(row) + "\n" for row in rows)
                (run / "exports/deliveries.jsonl").write_text(text)
            status, output = self.run_script(compare_runs, one, other)
            self.assertEqual(status, 1)
            self.assertIn(complaint, output)


if __name__ == "__main__":
    unittest.main()
