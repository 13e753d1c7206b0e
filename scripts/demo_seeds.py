#!/usr/bin/env python3
"""Plays the demo over many seeds and writes the table of what was found against what is true.

usage: demo_seeds.py [--seeds 1-200] [--jobs 2] [--binary .build/release/fairway]
                     [--journal runs.jsonl] [--out docs/DEMO-SEEDS.md]

Takes about half a minute a seed on two cores, so it is run by hand. The journal keeps finished seeds: a
run that was interrupted goes on where it stopped.
"""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import tempfile

GOALS = [
    ("gain", "a true gain is scaled", ">= 80 %"),
    ("harm", "a true harm is paused", ">= 80 %"),
    ("null", "no effect is scaled", "<= 5 % + 2 standard errors"),
    ("whale", "a result that rests on one partner is flagged fragile", ">= 90 %"),
]


def play(binary, project, seed):
    with tempfile.TemporaryDirectory() as directory:
        kept = os.path.join(directory, "kept")
        command = [binary, "demo", "--no-serve", "--keep", kept, "--seed", str(seed), "--project", project]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"seed {seed} ended with {done.returncode}: {done.stderr[-500:]}")
        summary = json.loads(pathlib.Path(kept, "summary.json").read_text())
    return {"seed": seed, "entries": summary["entries"], "refused": summary["webhooksRefused"]}


def succeeded(label, entry):
    if label in ("gain", "null"):
        return entry["recommendation"] == "scale"
    return entry["wasPaused"] if label == "harm" else entry["isFragile"]


def table(runs):
    lines = [
        "# The demo over its seeds",
        "",
        f"`scripts/demo_seeds.py` played `fairway demo` with {len(runs)} seeds, "
        f"{runs[0]['seed']} to {runs[-1]['seed']}, and counted what the last look of each pilot said. The seed decides "
        "the vendor's partners, contracts and outcomes, and the lots.",
        "",
        "| Pilot | Claim | Share of seeds | 95 % interval | Goal |",
        "| --- | --- | --- | --- | --- |",
    ]
    for label, claim, goal in GOALS:
        entries = [entry for run in runs for entry in run["entries"] if entry["truth"] == label]
        hits = sum(succeeded(label, entry) for entry in entries)
        low, high = wilson(hits, len(entries))
        lines.append(
            f"| {entries[0]['pilot']} | {claim} | {hits} of {len(entries)} ({100 * hits / len(entries):.1f} %) "
            f"| {100 * low:.1f} % to {100 * high:.1f} % | {goal} |")
    lines += [
        "", "Intervals are Wilson's. By seed (S scaled, P paused, F fragile, - none of these; gain, harm, null, whale):",
        "", "```",
    ]
    cells = []
    for run in runs:
        by_label = {entry["truth"]: entry for entry in run["entries"]}
        marks = ["".join(
            mark for mark, holds in (
                ("S", entry["recommendation"] == "scale"), ("P", entry["wasPaused"]), ("F", entry["isFragile"]))
            if holds) or "-" for entry in (by_label[label] for label, _, _ in GOALS)]
        cells.append(f"{run['seed']:>4} {' '.join(f'{mark:<2}' for mark in marks)}")
    for start in range(0, len(cells), 5):
        lines.append("  ".join(cells[start:start + 5]).rstrip())
    lines += ["```", ""]
    return "\n".join(lines)


def wilson(hits, count, z=1.959964):
    share = hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0, centre - half), min(1, centre + half)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1-200")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--binary", default=".build/release/fairway")
    parser.add_argument("--project", default=".")
    parser.add_argument("--journal", default="demo-seeds.jsonl")
    parser.add_argument("--out", default="docs/DEMO-SEEDS.md")
    options = parser.parse_args()
    first, last = (int(part) for part in options.seeds.split("-"))
    journal = pathlib.Path(options.journal)
    known = {}
    if journal.exists():
        known = {run["seed"]: run for run in map(json.loads, journal.read_text().splitlines())}
    waiting = [seed for seed in range(first, last + 1) if seed not in known]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for run in pool.map(lambda seed: play(options.binary, options.project, seed), waiting):
            known[run["seed"]] = run
            with journal.open("a") as file:
                file.write(json.dumps(run) + "\n")
            print(f"seed {run['seed']}: {len(known)} of {last - first + 1}", flush=True)
    runs = [known[seed] for seed in range(first, last + 1)]
    pathlib.Path(options.out).write_text(table(runs))


if __name__ == "__main__":
    main()
