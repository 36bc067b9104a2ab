"""The rows of the list of summaries: their words, and the screens that each leads to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from msnewsletter.model import Status
from msnewsletter.publisher.state_name import STATUS_OF, StateName
from msnewsletter.render import wording
from msnewsletter.web.desk.corrections.fate_words import offered_fates
from msnewsletter.web.desk.desk_words import in_english, sentence, with_dates
from msnewsletter.web.desk.templating import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Masthead
    from msnewsletter.publisher.summary_register import RegisterRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLink:
    """A link: its words, and its address."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A row of the list.

    Attributes:
        headline, address: its headline or place, and its own screen.
        badges: what it is.
        quiet: its date, its journal and its key, as far as they are known.
        issue: the issue that carried it; None: none did.
        why: a sentence; empty: there is nothing to say.
        actions: what an editor may do with it.
    """

    headline: str
    address: str
    badges: tuple[str, ...]
    quiet: tuple[str, ...]
    issue: ListLink | None
    why: str
    actions: tuple[ListLink, ...]


def list_row(row: RegisterRow, masthead: Masthead | None) -> ListRow:
    """A summary as the list shows it; without a masthead dates stay as they were written."""
    return ListRow(
        headline=row.headline,
        address=_key_address("/summary", row.key) if row.key else address_of(row.place),
        badges=tuple(kind.value for kind in (row.state, *row.marks)),
        quiet=tuple(filter(None, (_date(row, masthead), row.journal, row.key))),
        issue=_issue(row, masthead),
        # What a refusal says of dates is how a file writes them.
        why=sentence(row.why if row.state is StateName.REFUSED else with_dates(row.why)),
        actions=tuple(_actions(row)),
    )


def _date(row: RegisterRow, masthead: Masthead | None) -> str:
    if row.published is None:
        return "" if row.state is StateName.REFUSED else "No date"
    # Beside "sent" a bare date would be read as the day on which it was.
    date = (
        wording.partial_date_text(row.published, in_english(masthead))
        if masthead
        else row.published
    )
    return f"dated {date}"


def _issue(row: RegisterRow, masthead: Masthead | None) -> ListLink | None:
    if row.issue is None or row.carried is None:
        return None
    words = f"Issue {row.issue}"
    if masthead:
        words = wording.issue_title(row.issue, row.carried, in_english(masthead))
    return ListLink(words=words, address=f"/issues/{row.issue}")


def _actions(row: RegisterRow) -> Iterator[ListLink]:
    if row.place and (address := address_of(row.place)):
        yield ListLink(words="Edit", address=address)
    if row.to_choose:
        yield ListLink(words="Compare the texts", address=_key_address("/choice", row.key))
    if row.state is StateName.SENT:
        yield from _corrections(row)
    if row.key and StateName.TAKEN_DOWN not in row.marks:
        yield ListLink(words="Duplicate", address=_key_address("/summary/new", row.key, "from"))


def _corrections(row: RegisterRow) -> Iterator[ListLink]:
    said = (STATUS_OF[mark] for mark in row.marks if mark in STATUS_OF)
    for words, name in offered_fates(next(said, Status.LIVE)):
        yield ListLink(words=words, address=_fate(row, name))


def _fate(row: RegisterRow, status: str) -> str:
    return f"/corrections/new?{urlencode({'key': row.key, 'as': status})}"


def _key_address(path: str, key: str, name: str = "key") -> str:
    return f"{path}?{urlencode({name: key})}"
