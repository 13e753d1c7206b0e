"""What a user would write instead of the connector: requests, orjson and sqlite3.

usage: crm_peers.py ingest URL STORE    the pages of a query into a table, by id, durable after each page
       crm_peers.py decode FOLDER       the pages of a folder into Python's objects

Prints one line of JSON as the engine does.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import orjson

QUERY = "/services/data/v61.0/query"
# Everything but attributes, status and renewal is kept, as the engine's mapping does.
KEPT = (
    "Id", "Partner__c", "AccountId", "Renews__c", "CustomerSignedDate", "StartDate", "EndDate", "CancelledDate__c",
    "AnnualAmount__c", "CurrencyIsoCode", "Discount__c", "IsDeleted", "SystemModstamp",
)  # fmt: skip
ROUNDS = 5


def tell(job, cpu, wall, result):
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"job": job, "cpu": cpu, "wall": wall, "peak_rss_mb": memory, "result": result}))


def ingest(address, store):
    import sqlite3

    import requests

    database = sqlite3.connect(store)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(f"CREATE TABLE contract ({', '.join(KEPT)}, PRIMARY KEY (Id))")
    changes = ", ".join(f"{name} = excluded.{name}" for name in KEPT[1:])
    upsert = (
        f"INSERT INTO contract VALUES ({', '.join('?' * len(KEPT))}) ON CONFLICT (Id) DO UPDATE SET {changes}"
    )
    processor, wall = time.process_time(), time.perf_counter()
    session = requests.Session()
    link = QUERY
    while link:
        answer = session.get(address + link)
        answer.raise_for_status()
        page = orjson.loads(answer.content)
        database.executemany(upsert, [[record[name] for name in KEPT] for record in page["records"]])
        database.commit()
        link = page.get("nextRecordsUrl")
    processor, wall = time.process_time() - processor, time.perf_counter() - wall
    rows, amount = database.execute(
        "SELECT COUNT(*), SUM(CAST(ROUND(AnnualAmount__c * 100) AS INTEGER)) FROM contract"
    ).fetchone()
    tell("ingest", processor, wall, {"rows": rows, "amount": amount})


def decode(folder):
    pages = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    processors, walls = [], []
    for _ in range(ROUNDS):
        processor, wall = time.process_time(), time.perf_counter()
        rows = sum(len(orjson.loads(page)["records"]) for page in pages)
        processors.append(time.process_time() - processor)
        walls.append(time.perf_counter() - wall)
    size = sum(map(len, pages)) / 1e6
    tell("decode", statistics.median(processors), statistics.median(walls), {"rows": rows, "mb": size})


if __name__ == "__main__":
    {"ingest": ingest, "decode": decode}[sys.argv[1]](*sys.argv[2:])
