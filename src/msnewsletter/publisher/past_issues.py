"""Past issues for the editor: their frozen records, rendered again. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.errors import RecordError, RefusedError
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.record_files import has_record, load_record_of, takedowns_here
from msnewsletter.publisher.removed_texts import without_removed_texts
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.mail.issue_folder import IssueFolder, render_folder
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home
    from msnewsletter.records import Record

# Issues on one page of the list.
LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIssue:
    """An issue that is out.

    Attributes:
        record: what was frozen of it.
        folder: its folder in the outbox, rendered again with the templates of today.
        changed: the files that differ from what went out, by the record's manifest.
    """

    record: Record
    folder: IssueFolder
    changed: tuple[str, ...]

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of that folder, by name."""
        return self.folder.files


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIssue:
    """An issue that is out, as a list shows it: its record, or why that cannot be read."""

    number: int
    record: Record | None = None
    trouble: RecordError | None = None


def past_issues(home: Home, *, before: int | None = None) -> tuple[ListedIssue, ...]:
    """The newest issues, newest first; `before`: only issues with lower numbers.

    A record that is missing or cannot be read is named in its place, and keeps no other away.
    """
    with reading_store(home, load_settings(home.settings)) as store:
        last = store.last_issue()
    newest = last.number if last else 0
    if before is not None:
        newest = min(newest, before - 1)
    return tuple(_listed(home, number) for number in range(newest, max(newest - LISTED, 0), -1))


def _listed(home: Home, number: int) -> ListedIssue:
    try:
        return ListedIssue(number=number, record=load_record_of(home, number))
    except RecordError as error:
        return ListedIssue(number=number, trouble=error)


def past_issue(home: Home, number: int) -> PastIssue:
    """One issue, rendered again; raises RefusedError where there is none."""
    record = _record(home, number)
    record = replace(record, issue=without_removed_texts(record.issue, takedowns_here(home)))
    theme = home_theme(home, load_settings(home.settings))
    folder = render_folder(record.issue, load_templates(home, theme))
    sent = record.manifest.get("files", {})
    return PastIssue(
        record=record,
        folder=folder,
        changed=tuple(
            name
            for name, data in folder.files.items()
            if sent.get(name, {}).get("sha256") != sha256(data).hexdigest()
        ),
    )


def _record(home: Home, number: int) -> Record:
    if not has_record(home, number):
        place = f"issue {number}"
        raise RefusedError(place, "there is no such issue", "choose one from the list of issues")
    return load_record_of(home, number)
