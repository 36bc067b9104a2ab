"""What is asked of the list of summaries, as its address expresses it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.summary_register import RegisterQuery
from msnewsletter.web.desk.query import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/summaries"
# What an address may give: far more than there is, far less than a database's numbers.
_PAGE_DIGITS = 7
_YEAR_DIGITS = 4


def query_in(given: Mapping[str, str]) -> RegisterQuery:
    """The query in an address; what is unknown counts as not given."""
    page = given.get("page", "")
    is_page = page.isascii() and page.isdigit()
    state = given.get("state", "").replace("-", " ")
    source, year = given.get("source", ""), given.get("year", "")
    is_year = year.isascii() and year.isdigit() and len(year) == _YEAR_DIGITS
    return RegisterQuery(
        find=given.get("find", "").strip(),
        state=StateName(state) if state in set(StateName) else None,
        # No database takes every character.
        source=source if source and source.isprintable() else None,
        year=year if is_year else None,
        issue=number_in(given.get("issue", "")),
        page=int(page[:_PAGE_DIGITS]) if is_page else 1,
    )


def address_of_query(query: RegisterQuery, **changes: Any) -> str:  # noqa: ANN401  (any of its fields)
    """The address of the list with these changes, on its first page unless they name one."""
    wanted = replace(query, **({"page": 1} | changes))
    said = {
        "find": wanted.find,
        "state": (wanted.state or "").replace(" ", "-"),
        "source": wanted.source,
        "year": wanted.year,
        "issue": wanted.issue,
        "page": wanted.page if wanted.page > 1 else None,
    }
    given = {name: value for name, value in said.items() if value}
    return f"{PATH}?{urlencode(given)}" if given else PATH
