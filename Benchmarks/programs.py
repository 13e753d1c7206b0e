"""The programs that are compared: how each is started, and what its numbers are called."""

import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LONGEST = 60.0
JOBS = (
    "totals",
    "totals_update",
    "ancova",
    "cr",
    "km_logrank",
    "cox",
    "permutation",
    "permutation_studentized",
    "wild",
    "power",
    "csv",
    "estimate",
    "estimate_all",
    "payouts",
    "payouts_full",
)
# Draws behind a Monte Carlo p-value: the same test of two programs agrees within chance only.
DRAWS = {"permutation_p": 10_000, "wild_p": 9_999}
# The mechanisms are alike, the simulated outcomes and tests are not: said, not compared.
UNLIKE = {"power"}
# Whole cents and counts: the same rules give the same numbers to the last unit.
EXACT = {"payouts"}
# What programs say that lack one of their packages.
MISSING = ("No module named", "no package called", "not found. Please install")


@dataclass
class Sample:
    """What one program took for one job, and what it found."""

    cpu: float
    memory: float
    result: dict


class Absent(Exception):
    """A program is not there, or did not finish."""


def execute(command, environment=None):
    """The lines of JSON a command prints."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=LONGEST,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Absent("not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Absent(f"over {LONGEST:.0f} s") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        said = done.stdout + done.stderr
        raise Absent("not installed" if any(phrase in said for phrase in MISSING) else f"failed: {last}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def fairway(bench, folder, job, repetitions=5, threads=1):
    """A job of the engine."""
    (line,) = execute([bench, folder, job, repetitions, threads])
    return Sample(line["cpu"], line["peak_rss_mb"], line["result"])


@dataclass
class Peer:
    """One way to do a job without the engine.

    `commands` are completed with the folder of the input. `lines` says which of the printed jobs are added up, and
    which names their numbers have here, None for a number that is a different quantity. `digits` is how many
    significant digits are printed, `sizes` for which inputs the program is fit.
    """

    name: str
    commands: tuple
    lines: dict
    digits: int
    sizes: str = "SML"

    def measure(self, folder):
        printed = {}
        for command in self.commands:
            lines = execute([part.format(folder=folder) for part in command])
            printed |= {line["job"]: line for line in lines}
        if missing := self.lines.keys() - printed.keys():
            raise Absent(f"prints no {', '.join(sorted(missing))}")
        found = {}
        for job, names in self.lines.items():
            values = printed[job]["result"]
            if isinstance(values, dict):
                found |= values
            else:
                values = values if isinstance(values, list) else [values]
                found |= {name: value for name, value in zip(names, values) if name}
        chosen = [printed[job] for job in self.lines]
        return Sample(sum(line["cpu"] for line in chosen), max(line["peak_rss_mb"] for line in chosen), found)


def by_hand(python, job):
    """numpy on partner totals."""
    command = (python, str(HERE / "numpy_peers.py"), "{folder}", job)
    return Peer("numpy", (command,), {job: ()}, 12)


def peers(directory, python):
    """The peers of every job, from numpy alone or with the scripts of a directory."""
    table = {job: [by_hand(python, job)] for job in ("totals", "ancova", "cr", "km_logrank", "wild", "power")}
    # The others have nothing to update: a week later they sum up all rows again.
    table["totals_update"] = [by_hand(python, "totals")]
    table["permutation"] = [by_hand(python, "permutation")]
    if directory is None:
        return table

    def script(job, name, file, arguments, lines, sizes="SML"):
        """Adds a script; an argument "JOBS" stands for each of the printed jobs, one process each."""
        program = "Rscript" if file.endswith(".R") else python
        fixed = (program, str(directory / file), "{folder}/customers.csv")
        parts = lines if "JOBS" in arguments else [""]
        commands = tuple((*fixed, *(part if each == "JOBS" else each for each in arguments)) for part in parts)
        table.setdefault(job, []).append(Peer(name, commands, lines, 6, sizes))

    together = ("renewal", "renewal_delta_se", None, None, "nrr", "nrr_se")
    for name in ("polars", "duckdb"):
        for job in ("totals", "totals_update"):
            script(job, name, "effects_py.py", [name], {"renewal+cuped+nrr": together})
    # Without the money kept, and with an analysis of covariance where the engine has CUPED: its own numbers are compared
    # in job "ancova".
    on_rows = {"renewal": ("renewal", "renewal_se"), "cuped": (None, None)}
    script("totals", "statsmodels", "effects_py.py", ["statsmodels"], on_rows)
    for name in ("polars", "duckdb", "statsmodels", "pyfixest"):
        script("ancova", name, "effects_py.py", [name], {"cuped": ("ancova", "ancova_se")})
    for name in ("statsmodels", "pyfixest"):
        # A renewal rate with CR1: what the corrected errors of job "cr" are compared with in time, not in numbers.
        script("cr", name, "effects_py.py", [name], {"renewal": (None, None)})
    # clubSandwich needs gigabytes and minutes for a million customers.
    script("cr", "clubSandwich", "peers.R", ["renewal_cs"], {"renewal_cs": (None, "cr2_se")}, "S")
    curves = {"km": ("km_control", "km_treatment"), "logrank": ("log_rank",)}
    script("km_logrank", "R", "peers.R", ["JOBS"], curves)
    for name in ("lifelines", "sksurv"):
        script("km_logrank", name, "surv_py.py", [name, "JOBS"], curves)
    script("cox", "R", "peers.R", ["cox"], {"cox": ("cox", "cox_se")})
    # The same model with other ties, or without clusters: what R does in a bearable time at a million customers.
    script("cox", "R Breslow", "peers.R", ["cox_breslow"], {"cox_breslow": ()})
    script("cox", "R unclustered", "peers.R", ["cox_plain"], {"cox_plain": ("cox",)})
    for name in ("lifelines", "sksurv"):
        # The clustered error of lifelines differs from R's in the fourth digit; sksurv has none.
        script("cox", name, "surv_py.py", [name, "cox"], {"cox": ("cox",)})
    # Ten thousand draws on rows take pyfixest a minute at S, so only the bootstrap is run.
    script("wild", "pyfixest", "resample_py.py", ["pyfixest", "wild"], {"wild_9999": ("wild_p",)}, "S")
    for name in ("polars", "pyarrow", "duckdb", "pandas"):
        script("csv", name, "csv_read.py", [name], {"csv": ("rows",)})
    return table


class Floor:
    """A C program that does the jobs in the plainest fast way, compiled from a directory's floor.c."""

    NAMES = {
        "totals_pass": ("totals", ("renewal", "renewal_se")),
        "km_logrank": ("km_logrank", ("km_control", "km_treatment", "log_rank")),
        "cox_cluster": ("cox", ("cox", "cox_se")),
        "perm_10000": ("permutation", ("permutation_p",)),
        "wild_9999": ("wild", ("wild_p",)),
        "csv_parse": ("csv", ("rows",)),
    }

    def __init__(self, directory, workspace):
        if directory is None or not (directory / "floor.c").is_file():
            raise Absent("needs --peers with a floor.c")
        if not shutil.which("gcc"):
            raise Absent("gcc is not installed")
        self.program = workspace / "floor"
        command = ["gcc", "-O3", "-march=native", "-ffast-math", "-fopenmp", directory / "floor.c", "-o", self.program]
        execute([*command, "-lm"])

    def measure(self, folder, rows, partners):
        """A sample a job."""
        samples = {}
        for line in execute([self.program, folder, rows, partners], {"OMP_NUM_THREADS": "1"}):
            job, names = self.NAMES[line["job"]]
            values = line.get("result", line.get("rows"))
            values = values if isinstance(values, list) else [values]
            samples[job] = Sample(line["cpu"], line["rss_mb"], dict(zip(names, values)))
        return samples


class PayoutsFloor:
    """The rules of job "payouts" as a plain C loop, compiled as C usually is; a peer that is the floor."""

    NAME = "C loop"

    def __init__(self, workspace):
        self.program = workspace / "payouts_floor"
        execute(["cc", "-O2", "-o", self.program, HERE / "payouts_floor.c", "-lm"])

    @property
    def peer(self):
        return Peer(self.NAME, ((str(self.program), "{folder}"),), {"payouts": ()}, 17)


def differences(job, ours, theirs, digits, decimals=None):
    """Which numbers two programs both give, and sentences on those that do not agree.

    Up to seven significant digits are compared, or those that are printed when they are fewer.
    """
    shared = sorted(ours.keys() & theirs.keys()) if job not in UNLIKE else []
    faults = []
    for name in shared:
        left, right = ours[name], theirs[name]
        if name in DRAWS:
            share = (left + right) / 2
            allowed = 5 * math.sqrt(2 * share * (1 - share) / DRAWS[name]) + 2 / DRAWS[name]
        else:
            allowed = 5.1 * abs(right) * 10.0 ** -min(digits, 7)
            if decimals is not None:
                allowed = max(allowed, 1.1 * 10.0**-decimals)
        if job in EXACT:
            allowed = 0
        if not abs(left - right) <= allowed:
            faults.append(f"{job}: {name} is {left:.10g}, the other program says {right:.10g}")
    return shared, faults


def default_python():
    """The interpreter that runs the peers unless another is named."""
    return sys.executable
