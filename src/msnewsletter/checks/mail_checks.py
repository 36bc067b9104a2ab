"""Checks both bodies of a mail: size, what must be said in each, legibility, what loads. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.checks.contrast import AA, AAA, contrast, parse
from msnewsletter.checks.finding import block, warn
from msnewsletter.text import flat, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.checks.contrast import Pair
    from msnewsletter.checks.finding import Finding
    from msnewsletter.checks.html_reader import Page, Style, Words
    from msnewsletter.model import Issue

HTML, TEXT = "digest.html", "digest.txt"

# Gmail clips HTML beyond this, and the disclaimer and the unsubscribe link with it.
CLIPPED_AT = 102_400
NEAR = 80_000  # relays and forwarding add to it

LOOSE = 1.5  # WCAG 2.2, success criterion 1.4.8: line spacing within paragraphs
_HEADLINE = 20.0  # CSS pixels: from here on type is for headlines, whose lines stand closer
SMALLEST = 16.0  # CSS pixels: nothing readable is smaller
FIRST_LINE = 90  # characters that mail programs show beside the subject
_TOP_LINKS = 3  # the unsubscribe link is among these: clipping hides the end
_CAUTION_SHOWN = 24  # characters that find a caution again, though it may be cut

_CORRECTION_SHOWN = 24  # likewise, of what we wrote and of the note on it

_LEFT_OUT = re.compile(r"\b(\d+) more corrections?\b")
_SENTENCE_END = re.compile(r"[.!?。！？]")
_HEIGHT = re.compile(r"(\d+(?:\.\d+)?)(px|%)?")
_REFERENCE = re.compile(r"https?://\S+")


def check_size(html: str) -> Iterator[Finding]:
    """How near the HTML is to being clipped."""
    size = len(html.encode())
    left = CLIPPED_AT - size
    if left <= 0:
        yield block(
            "size-over-limit",
            HTML,
            f"{size:,} bytes; Gmail clips what is over {CLIPPED_AT:,}",
            "shorten the template: what it adds to every entry counts most",
        )
    elif size > NEAR:
        yield warn(
            "size-near-limit",
            HTML,
            f"{size:,} bytes; {left:,} are left before Gmail clips it",
            "shorten the template, or publish more often",
        )


def check_said(issue: Issue, page: Page, text: str) -> Iterator[Finding]:
    """What readers must find in both parts."""
    parts = ((HTML, flat(page.text)), (TEXT, flat(text)))
    head = issue.masthead
    own = dict.fromkeys(entry.summary.disclaimer or head.disclaimer for entry in issue.entries)
    disclaimers = own or {head.disclaimer: None}
    for place, shown in parts:
        for disclaimer in disclaimers:
            if flat(disclaimer) not in shown:
                yield block(
                    "no-disclaimer",
                    place,
                    f"it does not say {quoted(disclaimer)}",
                    "let the template show digest.disclaimers",
                )
        if flat(head.postal_address) not in shown:
            yield block(
                "no-postal-address",
                place,
                f"it does not give the address {quoted(head.postal_address)}",
                "let the template show digest.postal_address",
            )
        if flat(head.why) not in shown:
            yield warn(
                "no-why",
                place,
                "it does not say why the reader gets it",
                "let the template show digest.why",
            )
    yield from _check_unsubscribe(issue, page, text)
    yield from _check_cautions(issue, page, parts)
    yield from _check_corrections(issue, parts)


def _check_unsubscribe(issue: Issue, page: Page, text: str) -> Iterator[Finding]:
    url, remedy = issue.masthead.unsubscribe_url, "link to digest.unsubscribe_url in the template"
    places = [place for place, link in enumerate(page.links) if link.url.startswith(url)]
    if not places:
        yield block("no-unsubscribe", HTML, "no link unsubscribes", remedy)
    elif places[0] >= _TOP_LINKS:
        yield warn(
            "unsubscribe-far-down",
            HTML,
            f"the first link to unsubscribe is the {places[0] + 1}th; clipping would hide it",
            "link to it near the top as well",
        )
    if url not in text:
        yield block("no-unsubscribe", TEXT, "no link unsubscribes", remedy)


def _check_cautions(
    issue: Issue, page: Page, parts: Iterable[tuple[str, str]]
) -> Iterator[Finding]:
    # An entry that is a linked headline, in a long issue, has neither teaser nor caution.
    full = {flat(heading.text) for heading in page.headings if not heading.linked}
    for entry in issue.entries:
        if flat(entry.summary.headline) not in full:
            continue
        caution = _SENTENCE_END.split(flat(entry.summary.cautions))[0][:_CAUTION_SHOWN]
        for place, shown in parts:
            if caution not in shown:
                yield block(
                    "no-caution",
                    place,
                    f"{quoted(entry.summary.headline)} stands there without its caution",
                    "let the template show entry.caution",
                )


def _check_corrections(issue: Issue, parts: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    # Sent once is told once: what a template leaves out, no later issue says.
    for place, shown in parts:
        missing = [
            one
            for one in issue.corrections
            if not all(
                flat(text)[:_CORRECTION_SHOWN] in shown for text in (one.headline, one.note or "")
            )
        ]
        # Very many are on the web page of the issue, and counted.
        left_out = _LEFT_OUT.search(shown)
        if len(missing) > (int(left_out[1]) if left_out else 0):
            yield block(
                "no-correction",
                place,
                f"it does not tell what became of {quoted(missing[0].headline)}",
                "let the template show digest.corrections and digest.more_corrections",
            )


def check_parity(page: Page, text: str) -> Iterator[Finding]:
    """Whether both parts say the same, as far as headings and links tell."""
    linked = {link.url for link in page.links if link.url.startswith("http")}
    listed = set(_REFERENCE.findall(text))
    remedy = "let both templates show it: some readers see only one of the two"
    for url in sorted(linked - listed):
        yield block("parts-differ", TEXT, f"the link {url[:100]!r} is in the HTML only", remedy)
    # A URL in a summary's own words is no link in HTML; a numbered reference is.
    for url in sorted(url for url in listed - linked if f"] {url}\n" in text):
        yield block("parts-differ", HTML, f"the link {url[:100]!r} is in the text only", remedy)
    shown = flat(text)
    for heading in page.headings:
        if flat(heading.text) not in shown:
            yield block("parts-differ", TEXT, f"{quoted(heading.text)} is in the HTML only", remedy)


def check_document(page: Page) -> Iterator[Finding]:
    """Language, direction, title, headings, pictures, what loads, the first line."""
    if not page.root.get("lang") or not page.root.get("dir") or not page.title.strip():
        yield block(
            "no-language-or-title",
            HTML,
            "the document lacks its language, direction or title",
            "set lang and dir of <mjml>, and <mj-title>",
        )
    count = sum(heading.tag == "h1" for heading in page.headings)
    if count != 1:
        yield warn("headings", HTML, f"it has {count} first-level headings", "write one <h1>")
    for image in page.images:
        if not image.get("alt", "").strip():
            shown = image.get("src", "")[:80]
            yield block(
                "no-alt-text", HTML, f"the picture {shown!r} has no alt text", "say what it shows"
            )
    for load in dict.fromkeys(page.loads):
        yield block(
            "remote-resource",
            HTML,
            f"opening the mail would load {load[:100]!r}",
            "leave it out: it tells a server who reads this, and when",
        )
    if len(page.first_line) > FIRST_LINE:
        yield warn(
            "first-line-long",
            HTML,
            f"the first line has {len(page.first_line)} characters: {quoted(page.first_line)}",
            f"say it in {FIRST_LINE}: mail programs show no more",
        )


def check_legibility(page: Page, pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Contrast, size, hiding and alignment of every text in the mail, and of every named pair."""
    for pair in pairs:
        yield from _check_contrast(pair.name, pair.ink, pair.ground, "templates/")
    seen: set[tuple[str, str]] = set()
    for words in page.words:
        style = words.style
        if (style.ink, style.ground) not in seen:
            seen.add((style.ink, style.ground))
            yield from _check_contrast(quoted(words.text), style.ink, style.ground, HTML)
    yield from _check_type(page.words)


def _check_contrast(name: str, ink: str, ground: str, place: str) -> Iterator[Finding]:
    colours = parse(ink), parse(ground)
    if colours[0] is None or colours[1] is None:
        yield warn(
            "low-contrast",
            place,
            f"{name} is {ink!r} on {ground!r}, which cannot be measured",
            "write colours as #rrggbb",
        )
    elif (ratio := contrast(colours[0], colours[1])) < AAA:
        made = block if ratio < AA else warn
        yield made(
            "low-contrast",
            place,
            f"{name} is {ink} on {ground}: contrast {ratio:.1f} to 1",
            f"choose colours with at least {AAA:.0f} to 1: many readers see poorly",
        )


def _check_type(texts: Iterable[Words]) -> Iterator[Finding]:
    hidden = next((words for words in texts if words.style.hidden), None)
    if hidden:
        yield block(
            "hidden-text", HTML, f"{quoted(hidden.text)} is hidden", "show it, or leave it out"
        )
    small = next((words for words in texts if words.style.size < SMALLEST), None)
    if small:
        yield block(
            "small-type",
            HTML,
            f"{quoted(small.text)} is {small.style.size:g} px high",
            f"make it {SMALLEST:.0f} px or more",
        )
    tight = next((words for words in texts if _is_tight(words.style)), None)
    if tight:
        yield warn(
            "tight-lines",
            HTML,
            f"{quoted(tight.text)} has a line height of {tight.style.line_height}",
            f"make it {LOOSE} or more",
        )
    aligned = next((w for w in texts if w.style.align in {"justify", "center", "right"}), None)
    if aligned:
        yield warn(
            "not-left-aligned",
            HTML,
            f"{quoted(aligned.text)} is aligned {aligned.style.align!r}",
            "begin every line at the same edge: the eye finds it again",
        )


def _is_tight(style: Style) -> bool:
    found = _HEIGHT.fullmatch(style.line_height)
    if found is None:
        return style.size < _HEADLINE  # `normal` is about 1.2
    per_unit = {"px": style.size, "%": 100}.get(found[2], 1)
    return style.size < _HEADLINE and float(found[1]) / per_unit < LOOSE
