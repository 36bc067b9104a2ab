"""Checks both bodies of a mail: size, what must be said in each, legibility, what loads. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.checks.limits import FIRST_LINE, LOOSE, SMALLEST
from msnewsletter.issue.teaser import HEADLINE_LIMIT
from msnewsletter.text import flat, quoted
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_cut import shorten
from msnewsletter.theme.contrast import AA, AAA, contrast, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from msnewsletter.checks.finding import Finding
    from msnewsletter.checks.html_reader import Page, Style
    from msnewsletter.model import Entry, Issue, Summary
    from msnewsletter.theme.contrast import Pair

HTML, TEXT = "digest.html", "digest.txt"

# Gmail clips HTML beyond this, and the disclaimer and the unsubscribe link with it.
CLIPPED_AT = 102_400
NEAR = 80_000  # relays and forwarding add to it

_UNEVEN = frozenset({"justify", "center"})
_HEADLINE = 20.0  # CSS pixels: from here on type is for headlines, whose lines may be closer
_TOP_LINKS = 3  # the unsubscribe link is among these: clipping hides the end
_SHOWN = 24  # characters that find a caution or a correction again, though it may be cut

# A caution may be cut; compare it only up to its first punctuation mark.
_ANY_MARK = re.compile(r"[.!?。！？]")
_HEIGHT = re.compile(r"(\d+(?:\.\d+)?)(px|%)?")
_REFERENCE = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfCorrection:
    """What a mail has to say of one correction, in the newsletter's language.

    Attributes:
        label: what it is, and which issue it corrects: `Correction to issue 41 of 4 May 2026`.
        texts: the old headline, the new one, the note; a mail may cut them.
    """

    label: str
    texts: tuple[str, ...]

    def is_in(self, shown: str) -> bool:
        """Whether a part says it; `shown`: its text on one line."""
        begun = (flat(text)[:_SHOWN] for text in self.texts)
        return flat(self.label) in shown and all(one in shown for one in begun)


def check_size(html: str) -> Iterator[Finding]:
    """Findings on the size of the HTML."""
    size = len(html.encode())
    if size >= CLIPPED_AT:
        reason = f"{size:,} bytes; Gmail clips what is over {CLIPPED_AT:,}"
        yield finding("size-over-limit", HTML, reason)
    elif size > NEAR:
        reason = f"{size:,} bytes; {CLIPPED_AT - size:,} are left before Gmail clips it"
        yield finding("size-near-limit", HTML, reason)


def check_said(issue: Issue, page: Page, text: str, *, lines: bool) -> Iterator[Finding]:
    """Findings on what both parts must say.

    `lines`: a linked headline is all that the mail shows of its entry.
    """
    parts = ((HTML, flat(page.text)), (TEXT, flat(text)))
    head, full = issue.masthead, _in_full(issue, page)
    shown_entries = full if lines else issue.entries
    own = (entry.summary.disclaimer for entry in shown_entries)
    disclaimers = dict.fromkeys((head.disclaimer, *(one for one in own if one)))
    address = f"it does not give the address {quoted(head.postal_address)}"
    needed = (
        *(("no-disclaimer", one, f"it does not say {quoted(one)}") for one in disclaimers),
        ("no-postal-address", head.postal_address, address),
        ("no-why", head.why, "it does not say why the reader gets it"),
    )
    for place, shown in parts:
        for name, said, reason in needed:
            if flat(said) not in shown:
                yield finding(name, place, reason)
    yield from _check_unsubscribe(issue, page, text)
    yield from _check_cautions(full, parts)


def _check_unsubscribe(issue: Issue, page: Page, text: str) -> Iterator[Finding]:
    url = issue.masthead.unsubscribe_url
    positions = [
        position for position, link in enumerate(page.links, 1) if link.url.startswith(url)
    ]
    if not positions:
        yield finding("no-unsubscribe", HTML, "no link unsubscribes")
    elif positions[0] > _TOP_LINKS:
        reason = f"the first link to unsubscribe is the {positions[0]}th; clipping would hide it"
        yield finding("unsubscribe-far-down", HTML, reason)
    if url not in text:
        yield finding("no-unsubscribe", TEXT, "no link unsubscribes")


def _in_full(issue: Issue, page: Page) -> list[Entry]:
    """The entries that are more than a linked headline in a list: they have a heading."""
    # Two may have the same headline; the one that is shortened comes later.
    left = Counter(flat(heading.text) for heading in page.headings)
    found = []
    for entry in issue.entries:
        headline = flat(shorten(entry.summary.headline, limit=HEADLINE_LIMIT))
        if left[headline]:
            left[headline] -= 1
            found.append(entry)
    return found


def _check_cautions(
    entries: Iterable[Entry], parts: Iterable[tuple[str, str]]
) -> Iterator[Finding]:
    for entry in entries:
        caution = _ANY_MARK.split(flat(_caution(entry.summary)))[0][:_SHOWN]
        for place, shown in parts:
            if caution not in shown:
                reason = f"{quoted(entry.summary.headline)} is shown without its caution"
                yield finding("no-caution", place, reason, "let the template show entry.caution")


def _caution(summary: Summary) -> str:
    """What its caution begins with; the points of a list stand without their signs."""
    if summary.caution:
        return summary.caution
    blocks = blocks_of(summary.cautions)
    return blocks[0].texts[0] if blocks else ""


def check_corrections(
    issue: Issue,
    page: Page,
    text: str,
    said: Sequence[SaidOfCorrection],
    counted: Callable[[int], str],
) -> Iterator[Finding]:
    """Findings on corrections that a part neither says nor counts.

    Args:
        issue, page, text: the issue and both parts.
        said: what has to be said of each of its corrections.
        counted: the words for so many that are on the web page only.
    """
    # Each is announced once: what a template leaves out, no later issue says.
    for place, shown in ((HTML, flat(page.text)), (TEXT, flat(text))):
        left_out = _left_out(shown, said, counted)
        if left_out is not None:
            first = issue.corrections[left_out]
            # A takedown repeats no headline.
            what = quoted(first.headline) if first.headline else f"{first.key!r}"
            yield finding("no-correction", place, f"it does not say what became of {what}")


def _left_out(
    shown: str, said: Sequence[SaidOfCorrection], counted: Callable[[int], str]
) -> int | None:
    """Which correction a part is the first not to say, nor to count; None: there is none.

    A mail says them in their order, and counts those after the last one that it has room for.
    """
    first = next((at for at, one in enumerate(said) if not one.is_in(shown)), len(said))
    # Two may say the same, so that one that is counted seems to be said.
    if first == len(said) or any(
        flat(counted(len(said) - at)) in shown for at in range(first, -1, -1)
    ):
        return None
    return first


def check_parity(page: Page, text: str) -> Iterator[Finding]:
    """Whether both parts say the same, as far as headings and links show."""
    linked = {link.url for link in page.links if link.url.startswith("http")}
    listed = set(_REFERENCE.findall(text))
    for url in sorted(linked - listed):
        yield finding("parts-differ", TEXT, f"the link {url[:100]!r} is in the HTML only")
    # A URL in a summary's own words is no link in HTML; a numbered reference is.
    for url in sorted(url for url in listed - linked if f"] {url}\n" in text):
        yield finding("parts-differ", HTML, f"the link {url[:100]!r} is in the text only")
    shown = flat(text)
    for heading in page.headings:
        if flat(heading.text) not in shown:
            yield finding("parts-differ", TEXT, f"{quoted(heading.text)} is in the HTML only")


def check_document(page: Page) -> Iterator[Finding]:
    """Language, direction, title, headings, pictures, what loads, the first line."""
    if not page.root.get("lang") or not page.root.get("dir") or not page.title.strip():
        reason = "the document lacks its language, direction or title"
        yield finding("no-language-or-title", HTML, reason)
    count = sum(heading.tag == "h1" for heading in page.headings)
    if count != 1:
        yield finding("headings", HTML, f"it has {count} first-level headings")
    for image in page.images:
        if not image.get("alt", "").strip():
            shown = image.get("src", "")[:80]
            reason = f"the picture {shown!r} has no alt text"
            yield finding("no-alt-text", HTML, reason, about=image.get("src", ""))
    for load in dict.fromkeys(page.loads):
        reason = f"opening the mail would load {load.by[:100]!r}"
        yield finding("remote-resource", HTML, reason, about=load.address)
    if len(line := page.first_line) > FIRST_LINE:
        reason = f"the first line has {len(line)} characters: {quoted(line)}"
        yield finding("first-line-long", HTML, reason)


def check_legibility(page: Page, pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Contrast, size, hiding and alignment of every text in the mail, and of every named pair."""
    for pair in pairs:
        yield from _check_contrast(pair.name, pair.ink, pair.ground, "templates/")
    used: dict[tuple[str, str], str] = {}
    for words in page.words:
        used.setdefault((words.style.ink, words.style.ground), words.text)
    for (ink, ground), text in used.items():
        for one in _check_contrast(quoted(text), ink, ground, HTML):
            yield replace(one, about=text)
    for name, is_so, how in _TYPE:
        if first := next((words for words in page.words if is_so(words.style)), None):
            reason = f"{quoted(first.text)} {how(first.style)}"
            yield finding(name, HTML, reason, about=first.text)


def _check_contrast(name: str, ink: str, ground: str, place: str) -> Iterator[Finding]:
    colours = parse(ink), parse(ground)
    if colours[0] is None or colours[1] is None:
        reason = f"{name} is {ink!r} on {ground!r}, which cannot be measured"
        yield finding("low-contrast", place, reason, "write colours as #rrggbb")
    elif (ratio := contrast(colours[0], colours[1])) < AAA:
        reason = f"{name} is {ink} on {ground}: contrast {ratio:.1f} to 1"
        severity = Severity.BLOCK if ratio < AA else Severity.WARN
        yield finding("low-contrast", place, reason, severity=severity)


def _is_tight(style: Style) -> bool:
    found = _HEIGHT.fullmatch(style.line_height)
    if found is None:
        return style.size < _HEADLINE  # `normal` is about 1.2
    per_unit = {"px": style.size, "%": 100}.get(found[2], 1)
    return style.size < _HEADLINE and float(found[1]) / per_unit < LOOSE


# What type may not be, and how a finding says so of the first words that are.
_TYPE: tuple[tuple[str, Callable[[Style], bool], Callable[[Style], str]], ...] = (
    ("hidden-text", lambda style: style.hidden, lambda _: "is hidden"),
    ("small-type", lambda style: style.size < SMALLEST, lambda style: f"is {style.size:g} px high"),
    ("tight-lines", _is_tight, lambda style: f"has a line height of {style.line_height}"),
    (
        "not-left-aligned",
        lambda style: (
            style.align in _UNEVEN or (style.align == "right" and not style.right_to_left)
        ),
        lambda style: f"is aligned {style.align!r}",
    ),
)
