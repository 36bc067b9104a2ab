"""A finding: its kind, severity, place, reason and remedy. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.issue.teaser import HEADLINE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(StrEnum):
    """Whether an issue may go out with it."""

    BLOCK = "block"  # it would harm readers or break the mail: publish refuses
    WARN = "warn"  # a person should look; nothing is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an editor should know before an issue goes out.

    Attributes:
        name: the kind, from KINDS and docs/checks.md, e.g. `no-full-stop`.
        severity: see Severity.
        place: a summary's file and line, `digest.html`, or a setting.
        reason: what is wrong there, with the sentence, link or number.
        remedy: what to do about it.
        about: the very words of the place that it is about, to find its line by; empty: none.
    """

    name: str
    severity: Severity
    place: str
    reason: str
    remedy: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


NOTE = "issues/next.md"  # the place of what the editor writes for the next issue

# Limits that a remedy names.
SENTENCE_LIMIT = 26  # words; European Commission, "Good lay summary practice" (2021)
GRADE_LIMIT = 12.0  # US grades; NIH asks for 6 to 8. Above this even a practised reader works.
SUBJECT_LIMIT = 70  # characters that a computer's list of mails shows; a phone shows about 40
SENDER_LIMIT = 40  # characters of a sender's name; a phone's list of mails shows 20 to 40
INBOX = 250  # characters of its beginning that an inbox or a notification may show, at most
FIRST_LINE = 90  # characters that mail programs show beside the subject
SMALLEST = 16.0  # CSS pixels: nothing readable is smaller
LOOSE = 1.5  # WCAG 2.2, success criterion 1.4.8: line spacing within paragraphs
AAA = 7.0  # WCAG 2.2, success criterion 1.4.6: contrast

_B, _W = Severity.BLOCK, Severity.WARN
# Every kind of finding, with its usual severity and remedy.
KINDS: Mapping[str, tuple[Severity, str]] = {
    "size-over-limit": (_B, "shorten the template: what it adds to every entry counts most"),
    "size-near-limit": (_W, "shorten the template, or publish more often"),
    "no-disclaimer": (_B, "let the template show digest.masthead.disclaimer and entry.disclaimer"),
    "disclaimer-names-ai": (
        _W,
        "give it a disclaimer of its own, or leave AI out of the newsletter's disclaimer",
    ),
    "no-caution": (_B, "add what the study does not show"),
    "no-correction": (_B, "let the template show digest.corrections and digest.more_corrections"),
    "correction-without-note": (_B, "add a note: what was wrong, and what is right"),
    "no-postal-address": (_B, "let the template show digest.masthead.postal_address"),
    "no-unsubscribe": (_B, "link to digest.unsubscribe_url in the template"),
    "unsubscribe-far-down": (_W, "link to it near the top as well"),
    "no-why": (_W, "let the template show digest.masthead.why"),
    "parts-differ": (_B, "let both templates show it: some readers see only one of the two"),
    "no-alt-text": (_B, "say what it shows"),
    "empty-link-text": (_B, "name where it leads"),
    "duplicate-link-text": (
        _B,
        "name in each where it leads: they are read out without their surroundings",
    ),
    "vague-link-text": (_W, "name where it leads"),
    "link-not-underlined": (_W, "underline it"),
    "relative-link": (_B, "write the whole address, https://..."),
    "malformed-link": (_B, "correct its address"),
    "insecure-link": (_W, "write https, if that address answers"),
    "remote-resource": (_B, "remove it: it lets a server know who reads this, and when"),
    "no-language-or-title": (_B, "set lang and dir of <mjml>, and <mj-title>"),
    "headings": (_W, "write one <h1>"),
    "first-line-long": (_W, f"say it in {FIRST_LINE}: mail programs show no more"),
    "low-contrast": (_W, f"choose colours with at least {AAA:.0f} to 1: many readers see poorly"),
    "small-type": (_B, f"make it {SMALLEST:.0f} px or more"),
    "tight-lines": (_W, f"make it {LOOSE} or more"),
    "hidden-text": (_B, "show it, or leave it out"),
    "not-left-aligned": (_W, "begin every line at the same edge: the eye finds it again"),
    "sender-long": (_W, f"write at most {SENDER_LIMIT}"),
    "sender-shouts": (_W, "say it quietly; spam filters object to it too"),
    "sender-names-illness": (_W, "send under a name that does not say it"),
    "subject-empty": (_B, "write one"),
    "subject-long": (_W, f"write at most {SUBJECT_LIMIT}, what matters first"),
    "subject-shouts": (_W, "say it quietly; spam filters object to it too"),
    "subject-names-illness": (_W, "leave it out of the subject"),
    "subject-repeats-sender": (_W, "leave it out: the sender's name stands beside it"),
    "inbox-names-illness": (
        _W,
        (
            "write a longer first sentence of the note, pin another study first, or give it a "
            "harmless tag: inboxes show this of an unopened mail"
        ),
    ),
    "headers": (_B, "this is a fault of the program; please report it"),
    "line-too-long": (_B, "shorten the address or header that is this long"),
    "unfinished": (_B, "write the text"),
    "changed-after-check": (_W, "let it be checked again, then write 'reviewed_on' anew"),
    "no-full-stop": (_W, "end the sentence, or write the rest of it"),
    "future-date": (_B, "correct its date, or let it wait for the next issue"),
    "many-undated": (
        _W,
        "give each its date, 'published'; without one they count as new on the day they were found",
    ),
    "duplicate-doi": (_B, "keep one of the two"),
    "similar-headline": (_W, "keep one if both are of one study, or say what differs"),
    "preprint-and-article": (_W, "if it is one study, keep one, or say that it is out now"),
    "headline-long": (_W, f"say it in at most {HEADLINE_LIMIT}; the mail cuts it there"),
    "key-messages-long": (_W, "say each in one short sentence, or leave them out"),
    "number-not-in-text": (_W, "correct the number, or say it in the text as well"),
    "title-claims-more": (_W, "let the title say 'may' too, or only name the topic"),
    "typed-markup": (_W, "write it in plain words: every sign is shown as it stands"),
    "typed-entity": (_W, "write the character itself"),
    "unseen-character": (_W, "delete it: it splits words for searches and for what reads aloud"),
    "copied-along": (_W, "take out what does not belong to the text"),
    "plain-language": (_W, "shorter sentences and plainer words"),
    "language-not-read": (_W, "let a person look for long sentences, and for what claims too much"),
}


def finding(
    name: str, place: str, reason: str, remedy: str = "", *, severity: Severity | None = None
) -> Finding:
    """A finding of a kind; where its severity or remedy is not the usual one, of that."""
    usual, advice = KINDS[name]
    return Finding(
        name=name, severity=severity or usual, place=place, reason=reason, remedy=remedy or advice
    )
