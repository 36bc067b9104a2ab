"""Tables as Retraction Watch makes them, of notices that nobody ever published."""

from __future__ import annotations

import csv
import io

COLUMNS = (
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author"),
    *("URLS", "ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID"),
    *("OriginalPaperDate", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature"),
    *("Reason", "Paywalled", "Notes"),
)
REASONS = "+Concerns/Issues about Data;+Date of Article and/or Notice Unknown;+Lack of DNA Proof;"


def notice(doi: str = "unavailable", pmid: str = "0", **more: str) -> dict[str, str]:
    """A row: a retraction of 12 March 2026, unless something else is said."""
    return {
        "Record ID": "101",
        "Title": "On “walks”,\nand more",
        "RetractionDate": "3/12/2026 0:00",
        "RetractionDOI": "10.1000/Notice.1",
        "RetractionPubMedID": "0",
        "OriginalPaperDate": "1/31/2020 0:00",
        "OriginalPaperDOI": doi,
        "OriginalPaperPubMedID": pmid,
        "RetractionNature": "Retraction",
        "Reason": REASONS,
        "Paywalled": "No",
    } | more


def table(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    """The file of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
