"""Holds a weekly report's JSON against the look it was rendered from."""


def check_report(report, look):
    """A report repeats recorded numbers: each must be the look's own, to the last digit.

    `report` and `look` are comparisons; a number counts as checked when the look's was.
    """
    for target, source in places(report.document, look.document):
        if report.at(target) is None and look.at(source) is None:
            continue
        if report.at(target) != look.at(source):
            report.faults.append(
                f"{report.name}: {target} is {report.at(target)!r}, the look's {source} is {look.at(source)!r}"
            )
        elif source in look.checked:
            report.checked.add(target)


def places(report, look):
    """(path in the report, path in the look) of every number that both hold."""
    for i in range(len(look["effects"])):
        row, effect = f"effects.rows[{i}]", f"effects[{i}]"
        yield f"{row}.control.value", f"{effect}.control.rate"
        yield f"{row}.treatment.value", f"{effect}.treatment.rate"
        yield f"{row}.effect.value", f"{effect}.difference"
        yield f"{row}.pValue.value", f"{effect}.pValue"
        for end in ("lower", "upper"):
            yield f"{row}.interval.{end}", f"{effect}.repeatedInterval.{end}"
            yield f"{row}.singleAnalysisInterval.{end}", f"{effect}.fixedInterval.{end}"
        detail = f"method.details[{i}]"
        yield f"{detail}.estimate.value", f"{effect}.estimate.value"
        yield f"{detail}.standardError.value", f"{effect}.estimate.standardError"
        yield f"{detail}.degreesOfFreedom.value", f"{effect}.estimate.degreesOfFreedom"
        yield f"{detail}.intraclassCorrelation.value", f"{effect}.intraclassCorrelation"
        yield f"{detail}.pValue.value", f"{effect}.pValue"
        yield f"{detail}.criticalValue.value", f"{effect}.criticalValue"
        yield f"{detail}.nominalLevel.value", f"{effect}.nominalLevel"
    for i in range(len(look["guardrails"])):
        yield f"guardrails.rows[{i}].harm.value", f"guardrails[{i}].harm"
        yield f"guardrails.rows[{i}].largestPossibleHarm.value", f"guardrails[{i}].upperBound"
        yield f"guardrails.rows[{i}].limit.value", f"guardrails[{i}].maxHarm"
    for i, arm in enumerate(look["arms"]):
        for name in arm:
            if name != "variant":
                yield f"data.arms[{i}].{name}", f"arms[{i}].{name}"
    for i, influence in enumerate(look["influence"]):
        own = f"data.influence[{i}]"
        yield f"{own}.lowestEffect.value", f"influence[{i}].lowestDifference"
        yield f"{own}.highestEffect.value", f"influence[{i}].highestDifference"
        for j in range(len(influence["mostInfluential"])):
            source = f"influence[{i}].mostInfluential[{j}]"
            yield f"{own}.mostInfluential[{j}].share.value", f"{source}.share"
            yield f"{own}.mostInfluential[{j}].effectWithout.value", f"{source}.difference"
    for i, ratio in enumerate(look["health"]["sampleRatios"]):
        source = f"health.sampleRatios[{i}]"
        yield f"data.sampleRatios[{i}].pValue.value", f"{source}.pValue"
        for j in range(len(ratio["variants"])):
            yield f"data.sampleRatios[{i}].observed[{j}]", f"{source}.observed[{j}]"
            yield f"data.sampleRatios[{i}].expected[{j}].value", f"{source}.expected[{j}]"
    for i in range(len(look["money"])):
        for name in ("renewedRevenueControl", "renewedRevenueTreatment", "spendControl", "spendTreatment",
                     "revenuePerContract", "spendPerContract", "netPerContract", "breakEvenGain"):
            yield f"money.rows[{i}].{name}.value", f"money[{i}].{name}"
        yield f"money.rows[{i}].countedContracts", f"money[{i}].maturedTreatment"
        for end in ("lower", "upper"):
            yield f"money.rows[{i}].netInterval.{end}", f"money[{i}].netInterval.{end}"
    yield from curves(report, look)


def curves(report, look):
    recorded = {(item["metric"], item["variant"]): i for i, item in enumerate(look["survival"])}
    for c, chart in enumerate(report["retention"]["charts"]):
        for a, arm in enumerate(chart["arms"]):
            i = recorded[chart["metric"], arm["variant"]]
            for s in range(len(arm["steps"])):
                step, point = f"retention.charts[{c}].arms[{a}].steps[{s}]", f"survival[{i}].curve.points[{s}]"
                names = {"day": "time", "atRisk": "atRisk", "kept": "survival", "lower": "lower", "upper": "upper"}
                for name, source in names.items():
                    yield f"{step}.{name}", f"{point}.{source}"
