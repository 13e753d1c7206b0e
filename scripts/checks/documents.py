"""Documents that cannot rot: relative links lead somewhere, and commands exist as they are written."""

import re
import subprocess

from tree import ROOT, files, report, text

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?(?:\.build/release/)?fairway\s+(.*)$")
MAKE = re.compile(r"`make ([a-z]+)`")
BINARY = ROOT / ".build/release/fairway"


def faults():
    make_targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    help_texts = {}
    for path in files(".md"):
        content = text(path)
        for target in LINK.findall(content):
            file = target.split("#")[0]
            if "://" in target or target.startswith("mailto:") or not file:
                continue
            if not (ROOT / path.parent / file).exists():
                yield f"{path}: the link '{target}' leads nowhere"
        for name in MAKE.findall(content):
            if name not in make_targets:
                yield f"{path}: the Makefile has no target '{name}'"
        if BINARY.exists():
            for block in FENCE.findall(content):
                for line in block.replace("\\\n", " ").splitlines():
                    command = COMMAND.match(line.split(" #")[0].strip())
                    if command:
                        yield from command_faults(path, command.group(1).split(), help_texts)


def command_faults(path, words, help_texts):
    """Follows the words down the tree of subcommands, then looks for each option in that command's help."""
    chain = []
    while words and subcommand_exists(chain, words[0], help_texts):
        chain.append(words.pop(0))
    if not chain:
        yield f"{path}: there is no command 'fairway {words[0] if words else ''}'"
        return
    page = help_page(chain, help_texts)
    if subcommands(page) and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        default = re.search(rf"^  (\S+) \(default\)", page, re.MULTILINE)
        if not default:
            yield f"{path}: there is no command 'fairway {' '.join(chain + words[:1])}'"
        else:
            page += help_page(chain + [default.group(1)], help_texts)
    for word in words:
        option = re.match(r"--[a-z][a-z-]*", word)
        if option and not re.search(rf"{option.group()}\b(?!-)", page):
            yield f"{path}: 'fairway {' '.join(chain)}' has no option '{option.group()}'"


def subcommand_exists(chain, word, help_texts):
    return word in subcommands(help_page(chain, help_texts))


def subcommands(page):
    listed = page.partition("SUBCOMMANDS:")[2]
    return set(re.findall(r"^  ([a-z][a-z-]*)", listed, re.MULTILINE))


def help_page(chain, help_texts):
    key = tuple(chain)
    if key not in help_texts:
        run = subprocess.run(
            [BINARY, *chain, "--help"], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL
        )
        help_texts[key] = run.stdout
    return help_texts[key]


if __name__ == "__main__":
    report(list(faults()))
