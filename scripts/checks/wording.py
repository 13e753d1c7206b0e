"""Words and calls that do not belong in what is shipped."""

import re

from tree import files, report, text

EVERYWHERE = [
    (re.compile(r"\b(?:TODO|FIXME|HACK|WIP)\b|(?://|#).*\bXXX\b"), "is a note to oneself; do it, or leave it out"),
    (
        re.compile(r"""(?:^|[\s"'`(=])(?:/home/|/Users/|/root/|/work/|/tmp/)\w"""),
        "is a path of one machine; take it from a parameter or the environment",
    ),
    (
        re.compile(r"\b(?:issue|pull request|PR) #?\d+\b", re.IGNORECASE),
        "sends the reader elsewhere; say what it says",
    ),
]
CLOCK = re.compile(r"\bDate\(\)|\bDate\.now\b")
# Where the clock of the machine may be read; everywhere else time is a parameter.
CLOCK_OWNERS = ("Sources/Daemon/", "Sources/fairway/", "Sources/Demo/")
NAMELESS = re.compile(r"(?:Utils?|Utilities|Helpers?|Managers?|Misc|Common)\b")


def faults():
    own = "scripts/checks/wording.py"
    shipped = files(".swift", ".h", ".c", ".cpp", ".py", ".md", ".yaml", ".yml", ".json")
    for path in shipped:
        if path.as_posix() == own or "/Golden/" in path.as_posix():
            continue
        for number, line in enumerate(text(path).splitlines(), start=1):
            for pattern, reason in EVERYWHERE:
                match = pattern.search(line)
                if match:
                    yield f"{path}:{number}: '{match.group().strip()}' {reason}"
            if path.suffix == ".swift" and path.as_posix().startswith("Sources/"):
                if CLOCK.search(line) and not path.as_posix().startswith(CLOCK_OWNERS):
                    yield f"{path}:{number}: reads the clock; take the time as a parameter"
    for path in files(".swift"):
        if NAMELESS.search(path.stem):
            yield f"{path}: '{path.stem}' names no idea; put the code beside its caller, or name the concept"


if __name__ == "__main__":
    report(list(faults()))
