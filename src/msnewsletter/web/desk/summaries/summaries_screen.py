"""`/summaries`: one list of all summaries; what it shows is in its address. GET only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.publisher.state_name import StateName
from msnewsletter.publisher.summary_list import summary_page
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.summaries.summary_query import PATH, address_of_query, query_in
from msnewsletter.web.desk.summaries.summary_rows import ListLink, list_row
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.summary_list import RegisterPage

# States that are offered though nothing is in them: their places stay the same.
_ALWAYS = (StateName.PENDING, StateName.HELD, StateName.REFUSED, StateName.SENT)


def summaries_screen(request: Request) -> Response:
    """A page of the list, as the address chooses it."""
    desk = desk_of(request)
    preview = desk.live.shown.preview
    asked = query_in(request.query_params)
    found = summary_page(desk.home, asked, preview=preview, at=desk.live.now())
    values = desk.common(request) | {
        "query": found.query,
        "asked_page": asked.page,
        "listed": found,
        "rows": [list_row(row, found.masthead) for row in found.rows],
        "states": _states(found),
        "years": [(year, count) for year, count in found.counts.years.items() if year],
        "sources": _sources(found),
        "pages": _page_links(found),
        "everything": PATH,
        "any_state": address_of_query(found.query, state=None, year=None, source=None, issue=None),
        "any_issue": address_of_query(found.query, issue=None),
    }
    return page("summaries/summaries.html.j2", values)


def _states(found: RegisterPage) -> list[tuple[ListLink, int, bool]]:
    """The states to choose from: a link, how many there are, whether it is chosen."""
    query, counts = found.query, found.counts
    every = ListLink(words="All", address=address_of_query(query, state=None))
    shown = [(every, counts.all_states, query.state is None)]
    for state in StateName:
        count = counts.states.get(state, 0)
        if count or state in _ALWAYS or state is query.state:
            words = state.value[0].upper() + state.value[1:]
            link = ListLink(words=words, address=address_of_query(query, state=state))
            shown.append((link, count, state is query.state))
    return shown


def _sources(found: RegisterPage) -> list[tuple[str, int]]:
    """The sources to choose from; one alone is no choice."""
    named = [(name, count) for name, count in found.counts.sources.items() if name]
    return named if len(named) > 1 or found.query.source else []


def _page_links(found: RegisterPage) -> list[ListLink]:
    """Where else in the list: its first and last page, and those beside this one."""
    here, last = found.query.page, found.pages
    wanted = (
        ("First", 1, here > 2),  # noqa: PLR2004  (else the newer page is the first)
        ("Newer", here - 1, here > 1),
        ("Older", here + 1, here < last),
        ("Last", last, here < last - 1),
    )
    return [
        ListLink(words=words, address=address_of_query(found.query, page=page))
        for words, page, is_there in wanted
        if is_there
    ]


ROUTES = [Route(PATH, summaries_screen)]
