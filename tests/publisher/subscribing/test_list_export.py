"""All subscribers as CSV: each once, with what they agreed to last, on either database."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from databases import on_both
from homes import empty_home
from msnewsletter.publisher.subscribing.by_hand import enter, suppress
from msnewsletter.publisher.subscribing.list_export import exported_list
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.own_list import OWN_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@on_both
def test_each_is_listed_once_with_the_last_consent(tmp_path: Path) -> None:
    with working_subscribers(empty_home(tmp_path)) as store:
        for number in range(501):
            suppress(store, parse_address(f"no{number}@example.org"), at=NOW)
        ada = parse_address("Ada@example.org")
        enter(store, ada, at=NOW, consent="First.", edition=None)
        one = store.subscriber_at(ada)
        assert one
        store.pause(one.id, until=NOW + timedelta(days=9))
        suppress(store, ada, at=NOW)
        enter(store, ada, at=NOW, consent='"Second",\nof two lines', edition=None, again=True)
        pieces = list(exported_list(store))
    assert len(pieces) == 3, "a page at a time"
    rows = list(csv.DictReader(io.StringIO("".join(pieces), newline="")))
    assert [*rows[0]] == [*OWN_COLUMNS]
    assert len({row["address"] for row in rows}) == len(rows) == 502
    assert (rows[-1]["consent_words"], rows[-1]["consent_way"]) == (
        '"Second",\nof two lines',
        "hand",
    )
    assert (rows[0]["state"], rows[0]["suppression"]) == ("suppressed", "hand")
