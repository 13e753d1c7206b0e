"""The files that the checks look at: what git tracks, plus what is new and not ignored."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*suffixes, under=("",)):
    """Paths relative to the root that end in one of the suffixes and lie under one of the folders."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    paths = [Path(name) for name in sorted(set(listing.split("\0"))) if name]
    return [
        path
        for path in paths
        if path.suffix in suffixes
        and any(path.as_posix().startswith(folder) for folder in under)
        and (ROOT / path).is_file()
    ]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def report(faults):
    """Prints each fault and exits with 1 if there is one."""
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)
