"""Generated contracts of an organisation, as Salesforce would answer: pages of 2,000 records and what leads to them."""

import datetime
import json
import random

VERSION = "/services/data/v61.0"
ROWS_A_PAGE = 2_000
# What a description says of each field; the connector asks for those that are mapped.
FIELDS = {
    "Id": "id",
    "Partner__c": "reference",
    "AccountId": "reference",
    "Renews__c": "reference",
    "CustomerSignedDate": "date",
    "StartDate": "date",
    "EndDate": "date",
    "CancelledDate__c": "date",
    "AnnualAmount__c": "currency",
    "CurrencyIsoCode": "picklist",
    "Discount__c": "percent",
    "IsDeleted": "boolean",
    "SystemModstamp": "datetime",
    "Status": "picklist",
    "Auto__c": "boolean",
}


def record(number, source):
    """A contract; nobody reads its attributes, its status and whether it renews by itself."""
    key = f"800{number:012d}AAA"
    start = datetime.date(2024, 1, 1) + datetime.timedelta(source.randrange(700))
    end = start + datetime.timedelta(364)
    left = start + datetime.timedelta(source.randrange(30, 360)) if source.random() < 0.08 else None
    stamp = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=number // 3)
    return {
        "attributes": {"type": "Contract", "url": f"{VERSION}/sobjects/Contract/{key}"},
        "Id": key,
        "Partner__c": f"001{source.randrange(2_000):012d}AAA",
        "AccountId": f"001{10_000 + number:012d}AAA",
        "Renews__c": f"800{number - 1:012d}AAA" if source.random() < 0.3 else None,
        "CustomerSignedDate": (start - datetime.timedelta(source.randrange(30))).isoformat(),
        "StartDate": start.isoformat(),
        "EndDate": end.isoformat(),
        "CancelledDate__c": left.isoformat() if left else None,
        "AnnualAmount__c": round(source.lognormvariate(8, 1), 2),
        "CurrencyIsoCode": "EUR",
        "Discount__c": round(source.betavariate(1.5, 8) * 100, 1),
        "Status": "Activated",
        "Auto__c": source.random() < 0.5,
        "IsDeleted": False,
        "SystemModstamp": stamp.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }


def generate_pages(folder, rows, seed=20260101):
    """Writes a folder: `pages/` with the records, `versions` and `describe` with what is asked for before them."""
    source = random.Random(seed)
    pages = folder / "pages"
    pages.mkdir(parents=True)
    for first in range(0, rows, ROWS_A_PAGE):
        records = [record(number, source) for number in range(first, min(rows, first + ROWS_A_PAGE))]
        answer = {"totalSize": rows, "done": first + ROWS_A_PAGE >= rows, "records": records}
        if not answer["done"]:
            answer["nextRecordsUrl"] = f"{VERSION}/query/{first + ROWS_A_PAGE:07d}"
        (pages / f"{first:07d}").write_text(json.dumps(answer, separators=(",", ":")))
    described = [{"name": name, "type": kind, "filterable": True, "sortable": True} for name, kind in FIELDS.items()]
    (folder / "describe").write_text(json.dumps({"name": "Contract", "replicateable": True, "fields": described}))
    (folder / "versions").write_text("[]")
