"""The kinds of finding in what people wrote: summaries, the note, dates. Pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.checks.finding_kind import FindingKind, Severity
from msnewsletter.issue.teaser import HEADLINE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

_B, _W = Severity.BLOCK, Severity.WARN
TEXT_FINDINGS: Final[Mapping[str, FindingKind]] = {
    "unfinished": FindingKind(
        severity=_B,
        also=_W,
        means=(
            "in note, subject or settings: a placeholder (`{{`, lorem ipsum, `[insert ...]`), a "
            "conflict marker, a chatbot's citation mark or what it says of itself, a comment for "
            "editors, a shortcode (`[caption ...]`, `[/box]`), an error of a program, a "
            "private-use or lost character, text in a wrong encoding (block); anywhere: TK, TODO, "
            "TBD, XXX (a text that begins with TODO or TBD blocks), `____`, an offer that a "
            "chatbot may have made, a text that begins within a sentence (warn)"
        ),
        remedy="write the text",
    ),
    "changed-after-check": FindingKind(
        severity=_W,
        means="a text was changed on or after the day on which somebody checked it",
        remedy="let it be checked again, then write 'reviewed_on' anew",
    ),
    "no-full-stop": FindingKind(
        severity=_W,
        means="a section has sentences and ends without a full stop, or with an ellipsis",
        remedy="end the sentence, or write the rest of it",
    ),
    "future-date": FindingKind(
        severity=_B,
        means="a summary or its review is dated after the issue",
        remedy="correct its date, or let it wait for the next issue",
    ),
    "many-undated": FindingKind(
        severity=_W,
        means=(
            "more than ten summaries, and most of the issue, have no date: an archive that was "
            "copied counts as new"
        ),
        remedy=(
            "give each its date, 'published'; without one they count as new on the day they were "
            "found"
        ),
    ),
    "duplicate-doi": FindingKind(
        severity=_B,
        means="two summaries of one study",
        remedy="keep one of the two",
    ),
    "similar-headline": FindingKind(
        severity=_W,
        means=(
            "a headline is nearly that of another summary: the same words but for small ones and "
            "their endings, or but for one of seven"
        ),
        remedy="keep one if both are of one study, or say what differs",
    ),
    "preprint-and-article": FindingKind(
        severity=_W,
        means=(
            "the same, and one DOI is a preprint's (bioRxiv, medRxiv, Research Square, "
            "Preprints.org, SSRN, OSF, PsyArXiv, arXiv, ChemRxiv, TechRxiv, Authorea), the other "
            "is not"
        ),
        remedy="if it is one study, keep one, or say that it is out now",
    ),
    "headline-long": FindingKind(
        severity=_W,
        means=(
            "over 300 characters: mail, feeds and lists cut it at a word, its page has all of it"
        ),
        remedy=f"say it in at most {HEADLINE_LIMIT}; the mail cuts it there",
    ),
    "key-messages-long": FindingKind(
        severity=_W,
        means="the key messages are together longer than the three sections that they sum up",
        remedy="say each in one short sentence, or leave them out",
    ),
    "number-not-in-text": FindingKind(
        severity=_W,
        means=(
            "the title or a key message has a number that headline, sections and what is said of "
            "the participants lack, in digits or, in English, in words"
        ),
        remedy="correct the number, or say it in the text as well",
    ),
    "title-claims-more": FindingKind(
        severity=_W,
        means=(
            'the headline hedges ("may", "whether", "not"), and the title names an effect '
            '("eases", "slows") without; English only'
        ),
        remedy="let the title say 'may' too, or only name the topic",
    ),
    "typed-markup": FindingKind(
        severity=_W,
        means=(
            "markup that readers see as it was typed: tags of HTML, Markdown (`**bold**`, "
            "`[text](https://...)`, a table, a rule), TeX, escapes"
        ),
        remedy="write it in plain words: every sign is shown as it stands",
    ),
    "typed-entity": FindingKind(
        severity=_W,
        means="`&amp;`, `&#8217;` or another character that is shown as its code",
        remedy="write the character itself",
    ),
    "unseen-character": FindingKind(
        severity=_W,
        means=(
            "a soft hyphen, a zero-width space, a mark that turns the direction of text, an "
            "isolate that is not closed"
        ),
        remedy="delete it: it splits words for searches and for what reads aloud",
    ),
    "copied-along": FindingKind(
        severity=_W,
        means=(
            "a hyphen from a line's end, ligatures, headers and footers of pages, line numbers, "
            "lines of PubMed, properties and signs of notes, labels and word counts of chatbots, "
            "a change of Word's, figures that are not here, empty brackets, numbers of references"
        ),
        remedy="take out what does not belong to the text",
    ),
    "plain-language": FindingKind(
        severity=_W,
        means=(
            'at most one line a summary, what may mislead first: "cure", "breakthrough" ...; '
            '"causes", "prevents" ... without "may", "not", "whether" before it; "patients", '
            "where mice or cells were studied; sentences of over 26 words; a Flesch-Kincaid grade "
            "over 12 for the whole summary"
        ),
        remedy="shorter sentences and plainer words",
    ),
    "plugin-failed": FindingKind(
        severity=_W,
        means=(
            "a check that a [plugin](../guides/extending.md#a-check) adds cannot be loaded, fails, "
            "or gives what is no finding"
        ),
        remedy="update the plugin, or tell its authors",
    ),
    "language-not-checked": FindingKind(
        severity=_W,
        means=(
            "summaries in another language than English, a line for each language: the checks of "
            "plain words, long sentences, claims and titles know English only, so they did not "
            "run, and the inbox's first line takes no topics of theirs; all other checks ran"
        ),
        remedy="let a person look for long sentences, and for what claims too much",
    ),
}
