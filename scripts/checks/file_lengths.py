"""Sources have at most 400 lines, tests at most 500: a longer file holds more than one idea."""

from tree import files, report, text

LIMITS = {"Sources/": 400, "Tests/": 500, "scripts/": 300}


def faults():
    for folder, limit in LIMITS.items():
        for path in files(".swift", ".h", ".c", ".cpp", ".py", under=(folder,)):
            lines = text(path).count("\n")
            if lines > limit:
                yield f"{path}: {lines} lines, at most {limit} are allowed; split it by idea"


if __name__ == "__main__":
    report(list(faults()))
