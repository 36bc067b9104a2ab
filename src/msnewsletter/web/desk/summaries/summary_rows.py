"""The rows of the list of summaries: their words, and the screens that each leads to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from msnewsletter.publisher.state_name import StateName
from msnewsletter.render import wording
from msnewsletter.web.desk.templating import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Masthead
    from msnewsletter.publisher.summary_register import RegisterRow

# After these a notice stands in place of the text, or beside it: it is lifted, not set again.
_LIFTED = frozenset({StateName.WITHDRAWN, StateName.RETRACTED, StateName.CONCERN})


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
        why=_sentence(row.why),
        actions=tuple(_actions(row)),
    )


def _date(row: RegisterRow, masthead: Masthead | None) -> str:
    if row.published is None:
        return "" if row.state is StateName.REFUSED else "No date"
    return wording.partial_date_text(row.published, masthead) if masthead else str(row.published)


def _issue(row: RegisterRow, masthead: Masthead | None) -> ListLink | None:
    if row.issue is None or row.carried is None:
        return None
    words = f"Issue {row.issue}"
    if masthead:
        words = wording.issue_title(row.issue, row.carried, masthead)
    return ListLink(words=words, address=f"/issues/{row.issue}")


def _sentence(why: str) -> str:
    """The reason with a capital letter and a full stop."""
    if not why:
        return ""
    return f"{why[0].upper()}{why[1:]}{'' if why.endswith(('.', '…', '?')) else '.'}"


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
    if StateName.TAKEN_DOWN in row.marks:
        return  # the command `takedown` alone begins and ends one
    if StateName.WITHDRAWN not in row.marks and StateName.RETRACTED not in row.marks:
        yield ListLink(words="Correct…", address=_fate(row, "corrected"))
        yield ListLink(words="Withdraw…", address=_fate(row, "withdrawn"))
    if _LIFTED & row.kinds:
        yield ListLink(words="Lift…", address=_fate(row, "live"))


def _fate(row: RegisterRow, status: str) -> str:
    return f"/corrections/new?{urlencode({'key': row.key, 'as': status})}"


def _key_address(path: str, key: str, name: str = "key") -> str:
    return f"{path}?{urlencode({name: key})}"
