"""The checks: what an editor should know of an issue before it goes out. Pure.

Gets the issue and its rendered bytes as arguments; opens nothing, changes nothing, renders nothing.
docs/reference/findings.md lists every kind of finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.checks import (
    inbox_checks,
    link_checks,
    mail_checks,
    message_checks,
    summary_checks,
)
from msnewsletter.checks.finding import Finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.checks.html_reader import read_page
from msnewsletter.checks.mail_checks import SaidOfCorrection
from msnewsletter.checks.summary_checks import check_text
from msnewsletter.theme.contrast import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from msnewsletter.model import Issue, Summary

__all__ = [
    "Finding",
    "Pair",
    "RenderedIssue",
    "SaidOfCorrection",
    "Severity",
    "check_text",
    "in_order",
    "inspect",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedIssue:
    """An issue's bytes as they would go out, what they have to say, and the colours they combine.

    Attributes:
        html, text: both bodies, UTF-8.
        message: the message to the list address, CRLF.
        corrections: what both bodies say of each of the issue's corrections, in their order: its
            label, and others' words, which may be cut.
        counted: the words that stand for so many corrections that are on the web page only.
        pairs: text on its ground, in light and in dark.
        edition: the name of its files, without their endings.
    """

    html: bytes
    text: bytes
    message: bytes
    corrections: tuple[SaidOfCorrection, ...]
    counted: Callable[[int], str]
    pairs: tuple[Pair, ...] = ()
    edition: str = "digest"


def inspect(
    issue: Issue,
    rendered: RenderedIssue,
    earlier: Sequence[Summary] = (),
    *,
    said: Collection[Finding] = (),
) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful, what blocks first; what is met twice is there twice.

    Args:
        issue, rendered: what would go out.
        earlier: summaries of earlier issues, that this one may repeat.
        said: what was found in the digest. Of what its other editions show too, a link or a
            picture, the same is left out: it is corrected once, where it comes from.
    """
    html, text = rendered.html.decode(), rendered.text.decode()
    page = read_page(html)
    names = {
        mail_checks.HTML: f"{rendered.edition}.html",
        mail_checks.TEXT: f"{rendered.edition}.txt",
        message_checks.EML: f"{rendered.edition}.eml",
    }
    # With the places of the digest, whatever edition this is.
    found = (
        *mail_checks.check_size(html),
        *message_checks.check_message(rendered.message),
        *inbox_checks.check_inbox(
            issue.masthead,
            rendered.message,
            text,
            note=issue.note or "",
            corrections=[words for one in rendered.corrections for words in one.texts],
        ),
        *mail_checks.check_said(issue, page, text, lines=rendered.edition == "digest"),
        *mail_checks.check_corrections(issue, page, text, rendered.corrections, rendered.counted),
        *mail_checks.check_document(page),
        *mail_checks.check_legibility(page, rendered.pairs),
        *link_checks.check_links(page, mail_checks.HTML, issue),
        *mail_checks.check_parity(page, text),
        # The texts are the issue's, whatever edition shows them.
        *(summary_checks.check_texts(issue, earlier) if rendered.edition == "digest" else ()),
    )
    unsaid = (one for one in found if not (one.about and one in said))
    return _blocking_first(replace(one, place=names.get(one.place, one.place)) for one in unsaid)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, what blocks first."""
    return _blocking_first(dict.fromkeys(found))


def _blocking_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda one: one.severity is not Severity.BLOCK))
