#!/usr/bin/env python3
"""Recomputes who got which variant from an assignment proof, independently of Fairway.

usage: verify_assignment.py PROOF.json

Needs Python 3.9 and its standard library. Prints "verified N assignments" and exits 0, or prints every
discrepancy and exits 1; exits 2 when the file is not a proof. docs/ASSIGNMENT.md says how lots are drawn.
"""

import hashlib
import json
import sys
from collections import Counter


class Draws:
    """Draw k is the first 8 bytes, big-endian, of SHA-256(seed, utf8(name), 0x00, u64be(k))."""

    def __init__(self, seed, name):
        self.prefix = bytes.fromhex(seed) + name.encode("utf-8") + b"\0"
        self.count = 0

    def below(self, bound):
        """Uniform in 0 ..< bound; words in the incomplete last stretch of 2^64 are rejected."""
        while True:
            digest = hashlib.sha256(self.prefix + self.count.to_bytes(8, "big")).digest()
            self.count += 1
            word = int.from_bytes(digest[:8], "big")
            if word < (1 << 64) // bound * bound:
                return word % bound


def size_cuts(entries):
    """Terciles of active contracts: the values at ranks ceil(n/3) and ceil(2n/3)."""
    counts = sorted(entry["activeContracts"] for entry in entries)
    if not counts:
        return [0, 0]
    return [counts[-(-cut * len(counts) // 3) - 1] for cut in (1, 2)]


def stratum_name(entry, fields, cuts):
    if not fields:
        return "all"
    parts = []
    for field in fields:
        if field != "size":
            value = entry["attributes"].get(field) or "unknown"
        elif len(cuts) != 2:
            value = "unknown"
        else:
            contracts = entry["activeContracts"]
            value = "small" if contracts <= cuts[0] else "medium" if contracts <= cuts[1] else "large"
        parts.append(f"{escaped(field)}={escaped(value)}")
    return ",".join(parts)


def escaped(text):
    return text.replace("%", "%25").replace("=", "%3D").replace(",", "%2C")


def block_sequence(proof, stratum, block):
    """The block's template, shuffled by Fisher-Yates from the end."""
    size = proof["design"]["blockSize"]
    total = sum(variant["weight"] for variant in proof["variants"])
    sequence = []
    for variant in proof["variants"]:
        sequence += [variant["id"]] * (variant["weight"] * size // total)
    draws = Draws(proof["seed"], f"block/{stratum}/{block}")
    for last in reversed(range(1, len(sequence))):
        other = draws.below(last + 1)
        sequence[last], sequence[other] = sequence[other], sequence[last]
    return sequence


def is_held_out(proof, partner):
    draws = Draws(proof["holdoutSeed"], f"holdout/{proof['layer']}/{partner}")
    return draws.below(1_000_000) < proof["holdoutShare"]


def replay(proof):
    """Every assignment that the rosters give, by partner."""
    drawn, taken = {}, Counter()
    size = proof["design"]["blockSize"]
    for batch in proof["batches"]:
        candidates = [
            (stratum_name(entry, proof["design"]["strata"], proof["sizeCuts"]), entry["partner"])
            for entry in batch["entries"]
            if not is_held_out(proof, entry["partner"])
        ]
        # Order by bytes: UTF-8 sorts like the code points that Python compares.
        for stratum, partner in sorted(candidates):
            if partner in drawn:
                continue
            block, position = divmod(taken[stratum], size)
            taken[stratum] += 1
            drawn[partner] = {
                "pilot": proof["pilot"],
                "partner": partner,
                "variant": block_sequence(proof, stratum, block)[position],
                "stratum": stratum,
                "block": block,
                "position": position,
                "assignedOn": batch["assignedOn"],
            }
    return drawn


def roster_hash(entries):
    """SHA-256 of the entries, sorted by id, as JSON with sorted keys and no white space."""
    ordered = sorted(entries, key=lambda entry: entry["partner"])
    text = json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def design_fault(proof):
    if proof["design"]["kind"] != "stratified":
        return "the lots were drawn outside Fairway and cannot be drawn again"
    total = sum(variant["weight"] for variant in proof["variants"])
    size = proof["design"]["blockSize"]
    if any(variant["weight"] < 1 for variant in proof["variants"]) or total < 1:
        return "the weights are not positive whole numbers"
    if size < 1 or size % total:
        return f"block size {size} is not a multiple of {total}, the sum of the weights"
    return None


def discrepancies(proof):
    fault = design_fault(proof)
    if fault:
        return [fault]
    found = []
    first = proof["batches"][0]["entries"] if proof["batches"] else []
    if roster_hash(first) != proof["rosterHash"]:
        found.append("the first roster does not have the published hash " + proof["rosterHash"])
    cuts = size_cuts(first) if "size" in proof["design"]["strata"] else []
    if cuts != proof["sizeCuts"]:
        found.append(f"the first roster gives the size cuts {cuts}, not {proof['sizeCuts']}")
    days = [batch["assignedOn"] for batch in proof["batches"]]
    if days != sorted(days):
        found.append("the batches are not in the order of their days")
    for batch in proof["batches"]:
        for partner, times in Counter(entry["partner"] for entry in batch["entries"]).items():
            if times > 1:
                found.append(f"partner '{partner}' is {times} times in the roster of {batch['assignedOn']}")

    drawn = replay(proof)
    recorded = Counter(assignment["partner"] for assignment in proof["assignments"])
    for partner, times in recorded.items():
        if times > 1:
            found.append(f"partner '{partner}' is assigned {times} times")
    for assignment in proof["assignments"]:
        partner = assignment["partner"]
        if partner not in drawn:
            reason = "its layer holds it out" if is_held_out(proof, partner) else "no roster has it"
            found.append(f"partner '{partner}' is assigned although {reason}")
            continue
        for field, value in drawn[partner].items():
            if assignment[field] != value:
                found.append(
                    f"partner '{partner}' has {field} '{assignment[field]}'; the lots give '{value}'"
                )
    for partner in sorted(set(drawn) - set(recorded)):
        found.append(f"partner '{partner}' drew a lot but has no assignment")
    return found


def main(arguments):
    if len(arguments) != 2:
        print("usage: verify_assignment.py PROOF.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as file:
            proof = json.load(file)
        found = discrepancies(proof)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"'{arguments[1]}' is not an assignment proof: {error!r}", file=sys.stderr)
        return 2
    for sentence in found:
        print(sentence)
    if found:
        return 1
    print(f"verified {len(proof['assignments'])} assignments")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
