#!/usr/bin/env python3
"""Writes draw_stream.json: reference values of the draw stream, of permuted blocks and of holdouts.

Standard library only (hashlib); shares no code with the Swift sources nor with
scripts/verify_assignment.py. Run it in this folder without arguments; the file must not change.
"""

import hashlib
import json
import platform

SEEDS = ["00000000000000000000000000000000", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"]
NAMES = ["block/all/0", "block/region=emea,size=large/12", "block/größe/0", ""]


def words(seed, name):
    """The draws: first 8 bytes, big-endian, of SHA-256(seed, utf8(name), 0x00, u64be(k)), k = 0, 1, …"""
    k = 0
    while True:
        message = bytes.fromhex(seed) + name.encode("utf-8") + b"\x00" + k.to_bytes(8, "big")
        yield int.from_bytes(hashlib.sha256(message).digest()[:8], "big")
        k += 1


def bounded(stream, below):
    """Uniform below `below`: draws in the incomplete last stretch of 2^64 are rejected."""
    limit = 2**64 // below * below
    while True:
        word = next(stream)
        if word < limit:
            return word % below


def shuffled(items, stream):
    """Fisher-Yates from the end (Durstenfeld 1964, CACM 7:420)."""
    items = list(items)
    for last in range(len(items) - 1, 0, -1):
        other = bounded(stream, last + 1)
        items[last], items[other] = items[other], items[last]
    return items


def block(seed, stratum, number, size, variants):
    total = sum(weight for _, weight in variants)
    template = [name for name, weight in variants for _ in range(weight * size // total)]
    return {
        "seed": seed,
        "stratum": stratum,
        "block": number,
        "blockSize": size,
        "variants": [{"id": name, "weight": weight} for name, weight in variants],
        "sequence": shuffled(template, words(seed, f"block/{stratum}/{number}")),
    }


def holdout(seed, layer, partner, share):
    drawn = bounded(words(seed, f"holdout/{layer}/{partner}"), 1_000_000)
    return {
        "seed": seed,
        "layer": layer,
        "partner": partner,
        "partsPerMillion": share,
        "isHeldOut": drawn < share,
    }


def take(stream, count, below):
    return [bounded(stream, below) for _ in range(count)]


golden = {
    "provenance": {
        "generator": "draw_stream.py, beside this file",
        "python": platform.python_version(),
        "date": "2026-11-22",
        "tolerance": "none: integers are equal or they are not",
    },
    "words": [
        {"seed": seed, "name": name, "hex": [f"{word:016x}" for _, word in zip(range(6), words(seed, name))]}
        for seed in SEEDS
        for name in NAMES
    ],
    "bounded": [
        {"seed": seed, "name": "bounded", "below": below, "values": take(words(seed, "bounded"), 12, below)}
        for seed in SEEDS
        for below in [1, 2, 3, 10, 1_000_000, 2**63, 2**63 + 1, 2**64 - 1]
    ],
    "shuffles": [
        {"seed": seed, "name": "shuffle", "count": count, "order": shuffled(range(count), words(seed, "shuffle"))}
        for seed in SEEDS
        for count in [0, 1, 2, 7, 24]
    ],
    "blocks": [
        block(seed, stratum, number, size, variants)
        for seed in SEEDS
        for stratum, number in [("all", 0), ("all", 1), ("region=emea,size=large", 3), ("region=größe", 0)]
        for size, variants in [
            (4, [("control", 1), ("bonus", 1)]),
            (8, [("control", 1), ("bonus", 3)]),
            (6, [("control", 1), ("bonus", 1), ("spiff", 1)]),
        ]
    ],
    "heldOut": [
        holdout(seed, "renewals", f"001{index:03d}", share)
        for seed in SEEDS
        for share in [0, 100_000, 500_000, 1_000_000]
        for index in range(10)
    ],
}

with open("draw_stream.json", "w", encoding="utf-8") as file:
    json.dump(golden, file, ensure_ascii=False, indent=1)
    file.write("\n")
