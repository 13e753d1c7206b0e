"""Tests of the recomputation: hand-worked values, other software's numbers, and a run that was tampered with."""

import csv
import json
import math
import sys
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS))

from recomputation import distributions, rates, survival  # noqa: E402

GOLDEN = SCRIPTS.parent / "Tests/StatisticsTests/Golden"


def expected(case):
    return json.loads((GOLDEN / f"cases/{case}.json").read_text())["expected"]


def table(name):
    return csv.DictReader((GOLDEN / f"data/{name}.csv").read_text().splitlines())


def arms(data, value, weight=lambda row: 1.0):
    found = [{}, {}]
    for row in table(data):
        cluster = found[int(row["arm"])].setdefault(row["partner"], rates.Cluster(row["partner"]))
        cluster.add(value(row), weight(row))
    for arm in found:
        for cluster in arm.values():
            cluster.settle()
    return [list(arm.values()) for arm in found]


def lifetimes(data, delayed):
    found, names = [[], []], [[], []]
    for row in table(data):
        arm = int(row["arm"])
        if row["partner"] not in names[arm]:
            names[arm].append(row["partner"])
        entry = float(row["entry"]) if delayed else 0.0
        cluster = names[arm].index(row["partner"])
        found[arm].append(survival.Lifetime(cluster, entry, float(row["time"]), row["event"] == "1"))
    return found, names


class Distributions(unittest.TestCase):
    def test_tails_agree_with_forty_digit_arithmetic(self):
        tails = {"t_sf": distributions.t_survival, "chi2_sf": distributions.chi_squared_survival}
        checked = 0
        for name in ("dist_t", "dist_chi2"):
            for row in table(name):
                wanted = float(row["expected"])
                if row["fn"] in tails and wanted > 1e-290:
                    found = tails[row["fn"]](float(row["x"]), float(row["p1"]))
                    self.assertTrue(math.isclose(found, wanted, rel_tol=2e-9), (row, found))
                    checked += 1
        self.assertGreater(checked, 50)

    def test_a_quantile_undoes_its_tail(self):
        for df in (1.0, 3.7, 40.0, 900.0):
            for tail in (0.4, 0.025, 1e-12):
                t = distributions.t_survival_quantile(tail, df)
                self.assertTrue(math.isclose(distributions.t_survival(t, df), tail, rel_tol=1e-9))


class Rates(unittest.TestCase):
    def test_a_difference_worked_by_hand(self):
        control = [rates.Cluster("a", [1, 1, 1, 0], [1] * 4), rates.Cluster("b", [1] * 4, [1] * 4)]
        treatment = [rates.Cluster("c", [1, 1, 0, 0], [1] * 4), rates.Cluster("d", [1, 1, 1, 0], [1] * 4)]
        estimate = rates.pooled_estimate(control, treatment)
        self.assertAlmostEqual(estimate.value, -0.25, places=14)
        self.assertAlmostEqual(estimate.standard_error, math.sqrt(4 * 0.5 / 64), places=14)
        self.assertAlmostEqual(estimate.degrees_of_freedom, 2, places=12)

    def test_cr2_agrees_with_clubsandwich(self):
        for data in ("p12", "p30", "p80"):
            wanted = expected(f"{data}_lpm_CR2")
            control, treatment = arms(data, lambda row: float(row["renewed"]))
            found = rates.pooled_estimate(control, treatment, "identity")
            numbers = {
                "estimate": found.value, "se": found.standard_error, "df": found.degrees_of_freedom, "p": found.p_value,
            }
            for name, value in numbers.items():
                self.assertTrue(math.isclose(value, wanted[name][1], rel_tol=1e-6), (data, name, value))

    def test_partner_average_agrees_with_welch_in_r(self):
        for data in ("p12", "p30", "p80"):
            wanted = expected(f"{data}_partner_welch")
            found = rates.partner_average(*arms(data, lambda row: float(row["renewed"])))[1]
            self.assertTrue(math.isclose(found.standard_error, wanted["se"], rel_tol=1e-7))
            self.assertTrue(math.isclose(found.degrees_of_freedom, wanted["df"], rel_tol=1e-7))
            self.assertTrue(math.isclose(found.p_value, wanted["p"], rel_tol=1e-7))


    def test_a_published_trial_agrees_with_r(self):
        root = SCRIPTS.parent
        wanted = json.loads((root / "Tests/EvaluationTests/Golden/cai-2015.json").read_text())
        found = [{}, {}]
        for row in csv.DictReader((root / "data/cai-2015-insurance-takeup.csv").read_text().splitlines()):
            village = found[int(row["default"])].setdefault(row["address"], rates.Cluster(row["address"]))
            village.add(float(row["takeup_survey"]), 1.0)
        for arm in found:
            for village in arm.values():
                village.settle()
        control, treatment = (list(arm.values()) for arm in found)
        estimate = rates.pooled_estimate(control, treatment)
        numbers = {
            "estimate": estimate.value,
            "standardErrorCR2": estimate.standard_error,
            "degreesOfFreedomImbensKolesar": estimate.degrees_of_freedom,
            "degreesOfFreedomIdentity": rates.pooled_estimate(control, treatment, "identity").degrees_of_freedom,
            "intraclassCorrelation": rates.intraclass_correlation(control, treatment),
        }
        for name, value in numbers.items():
            self.assertTrue(math.isclose(value, wanted[name], rel_tol=1e-9), (name, value, wanted[name]))


class Survival(unittest.TestCase):
    def test_the_curve_agrees_with_survfit(self):
        for case, delayed in (("p12_km_loglog", False), ("p30_km_loglog", False), ("p12lt_km_loglog", True)):
            wanted = expected(case)
            found, _ = lifetimes(case[:3], delayed)
            curves = [survival.kaplan_meier(arm) for arm in found]
            for index, arm in enumerate(wanted["arm"]):
                point = [p for p in curves[int(arm)] if p["time"] <= wanted["time"][index]][-1]
                self.assertTrue(math.isclose(point["survival"], wanted["surv"][index], rel_tol=1e-7))
                self.assertTrue(math.isclose(point["lower"], wanted["ci_low"][index], rel_tol=1e-6))

    def test_pseudo_values_give_the_clustered_error_of_survfit(self):
        for case, delayed in (("p12_km_clustered", False), ("p30_km_clustered", False), ("p80lt_km_clustered", True)):
            wanted = expected(case)
            found, names = lifetimes(case[:3], delayed)
            for index, arm in enumerate(wanted["arm"]):
                clusters = survival.risk_clusters(found[int(arm)], names[int(arm)], wanted["time"][index])
                rate = rates.pooled_rate(clusters)
                size = sum(cluster.count for cluster in clusters)
                error = math.sqrt(sum((c.numerator - rate * c.count) ** 2 for c in clusters)) / size
                self.assertTrue(math.isclose(1 - rate, wanted["surv"][index], rel_tol=1e-7))
                self.assertTrue(math.isclose(error, wanted["se_robust"][index], rel_tol=1e-7), (case, index))

    def test_log_rank_scores_worked_by_hand(self):
        # Losses at 1 (control a) and 2 (treatment d); four customers, one a partner, then cut off at 3.
        control = [survival.Lifetime(0, 0, 1, True), survival.Lifetime(1, 0, 3, False)]
        treatment = [survival.Lifetime(0, 0, 3, False), survival.Lifetime(1, 0, 2, True)]
        found = survival.clustered_log_rank(control, treatment)
        # At 1: 2 of 4 treated; at 2: 2 of 3. Expected 1/2 + 2/3. Scores: a −1/2 + 1/8, b 1/8 + 2/9,
        # c −1/8 − 1/9, d 1/3 − 1/8 − 1/9.
        scores = [[-1 / 2 + 1 / 8, 1 / 8 + 2 / 9], [-1 / 8 - 1 / 9, 1 / 3 - 1 / 8 - 1 / 9]]
        variance = sum(2 * sum((s - sum(arm) / 2) ** 2 for s in arm) for arm in scores)
        self.assertAlmostEqual(found["expectedTreatment"], 1 / 2 + 2 / 3, places=14)
        self.assertAlmostEqual(found["statistic"], sum(map(sum, scores)) / math.sqrt(variance), places=12)
        self.assertAlmostEqual(sum(map(sum, scores)), 1 - (1 / 2 + 2 / 3), places=14)


if __name__ == "__main__":
    unittest.main()
