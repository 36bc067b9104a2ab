"""The kinds of finding in a mail as a whole: size, links, colours, sender, subject. Pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.checks.finding_kind import FindingKind, Severity
from msnewsletter.checks.limits import FIRST_LINE, LOOSE, SENDER_LIMIT, SMALLEST, SUBJECT_LIMIT
from msnewsletter.theme.contrast import AAA

if TYPE_CHECKING:
    from collections.abc import Mapping

_B, _W = Severity.BLOCK, Severity.WARN
MAIL_FINDINGS: Final[Mapping[str, FindingKind]] = {
    "size-over-limit": FindingKind(
        severity=_B,
        means="the HTML has 102,400 bytes or more: Gmail clips it, the unsubscribe link with it",
        remedy="shorten the template: what it adds to every entry counts most",
    ),
    "size-near-limit": FindingKind(
        severity=_W,
        means="over 80,000 bytes; says how many are left",
        remedy="shorten the template, or publish more often",
    ),
    "no-disclaimer": FindingKind(
        severity=_B,
        means=(
            "a part of the mail lacks the newsletter's disclaimer, or that of a summary that it "
            "shows"
        ),
        remedy="let the template show digest.masthead.disclaimer and entry.disclaimer",
    ),
    "disclaimer-names-ai": FindingKind(
        severity=_W,
        means=(
            "people wrote a summary, and the newsletter's disclaimer, which is shown with it, "
            "names an AI"
        ),
        remedy=(
            "give the summary a 'disclaimer' of its own, or write a newsletter.disclaimer "
            'without AI, e.g. "For information only. It is not medical advice."'
        ),
    ),
    "no-caution": FindingKind(
        severity=_B,
        means="a summary has no cautions, or a part shows it without one",
        remedy="add what the study does not show",
    ),
    "no-correction": FindingKind(
        severity=_B,
        means=(
            "a part neither announces a correction of an earlier issue, nor counts it among those "
            "on the web page"
        ),
        remedy="let the template show digest.corrections and digest.more_corrections",
    ),
    "correction-without-note": FindingKind(
        severity=_B,
        also=_W,
        means=(
            "a correction does not say what was wrong (block); a withdrawal, a retraction or an "
            "expression of concern has no reason, and a standard sentence goes out (warn)"
        ),
        remedy="add a note: what was wrong, and what is right",
    ),
    "nothing-corrected": FindingKind(
        severity=_W,
        means=(
            "a summary is `corrected`, and its text is word for word what was sent, and no "
            "correction changed it meanwhile: readers would be told of a mistake that is still "
            "there"
        ),
        remedy=(
            "correct the text itself; both go out together. If nothing in it was wrong, take "
            "status and note out again"
        ),
    ),
    "no-postal-address": FindingKind(
        severity=_B,
        means="a part lacks the sender's address",
        remedy="let the template show digest.masthead.postal_address",
    ),
    "no-unsubscribe": FindingKind(
        severity=_B,
        means="a part has no link to unsubscribe",
        remedy="link to digest.unsubscribe_url in the template",
    ),
    "unsubscribe-far-down": FindingKind(
        severity=_W,
        means="the first such link is not near the top",
        remedy="link to it near the top as well",
    ),
    "no-why": FindingKind(
        severity=_W,
        means="a part does not say why the reader gets it",
        remedy="let the template show digest.masthead.why",
    ),
    "parts-differ": FindingKind(
        severity=_B,
        means="a heading or link is in HTML or plain text only",
        remedy="let both templates show it: some readers see only one of the two",
    ),
    "no-alt-text": FindingKind(
        severity=_B,
        means="a picture says nothing to those who cannot see it",
        remedy="say what it shows",
    ),
    "empty-link-text": FindingKind(
        severity=_B,
        means="a link has no words",
        remedy="name where it leads",
    ),
    "duplicate-link-text": FindingKind(
        severity=_B,
        means="two links say the same and lead to different places",
        remedy="name in each where it leads: they are read out without their surroundings",
    ),
    "vague-link-text": FindingKind(
        severity=_W,
        means='a link says only "read more", "here" or the like',
        remedy="name where it leads",
    ),
    "link-not-underlined": FindingKind(
        severity=_W,
        means="a link differs from the text by its colour alone",
        remedy="underline it",
    ),
    "relative-link": FindingKind(
        severity=_B,
        means="a link without scheme and host: it leads nowhere from a mail",
        remedy="write the whole address, https://...",
    ),
    "malformed-link": FindingKind(
        severity=_B,
        means="a link that is no address, or runs a script",
        remedy="correct its address",
    ),
    "insecure-link": FindingKind(
        severity=_W,
        means="a link by http; those to one host are one line, as for `private-link`",
        remedy="write https, if that address answers",
    ),
    "private-link": FindingKind(
        severity=_W,
        means=(
            "a link to this machine or its own network (localhost, 192.168.1.4, a name without a "
            "dot): no reader can open it. Summaries are one line a host, with their number, at the "
            "first one's place or at the source that names them; a setting is one line, whatever "
            "number of links are made of it. Not where `site` is on this machine, too"
        ),
        remedy="write the address that readers can open",
    ),
    "example-address": FindingKind(
        severity=_B,
        also=_W,
        means=(
            "an address of example.org, example.com or example.net in a setting (block), in a "
            "summary or in the note (warn): nobody is there; or a `site` on this machine (warn). "
            "Not in a home with `samples` or `sandbox`"
        ),
        remedy="write your own: mail and links to it reach nobody",
    ),
    "remote-resource": FindingKind(
        severity=_B,
        means="opening the mail would load something, and tell a server who reads it",
        remedy="remove it: it lets a server know who reads this, and when",
    ),
    "no-language-or-title": FindingKind(
        severity=_B,
        means="the document lacks language, direction or title",
        remedy="set lang and dir of <mjml>, and <mj-title>",
    ),
    "headings": FindingKind(
        severity=_W,
        means="there is not exactly one first-level heading",
        remedy="write one <h1>",
    ),
    "first-line-long": FindingKind(
        severity=_W,
        means="the first visible line has over 90 characters",
        remedy=f"say it in {FIRST_LINE}: mail programs show no more",
    ),
    "low-contrast": FindingKind(
        severity=_W,
        also=_B,
        means="text on its ground has under 4.5 to 1 (block) or under 7 to 1 (warn)",
        remedy=f"choose colours with at least {AAA:.0f} to 1: many readers see poorly",
    ),
    "small-type": FindingKind(
        severity=_B,
        means="text under 16 px",
        remedy=f"make it {SMALLEST:.0f} px or more",
    ),
    "tight-lines": FindingKind(
        severity=_W,
        means="lines of running text stand closer than 1.5",
        remedy=f"make it {LOOSE} or more",
    ),
    "hidden-text": FindingKind(
        severity=_B,
        means="text that is there and not shown",
        remedy="show it, or leave it out",
    ),
    "not-left-aligned": FindingKind(
        severity=_W,
        means="text that is centred, justified or right-aligned",
        remedy="begin every line at the same edge: the eye finds it again",
    ),
    "sender-long": FindingKind(
        severity=_W,
        means="`from_name` has over 40 characters",
        remedy=f"write at most {SENDER_LIMIT}",
    ),
    "sender-shouts": FindingKind(
        severity=_W,
        means="capitals or exclamation marks in `from_name`",
        remedy="say it quietly; spam filters object to it too",
    ),
    "sender-names-illness": FindingKind(
        severity=_W,
        means="`from_name` names the illness: a lock screen shows it with every mail",
        remedy="send under a name that does not say it",
    ),
    "subject-empty": FindingKind(
        severity=_B,
        means="no subject",
        remedy="write one",
    ),
    "subject-long": FindingKind(
        severity=_W,
        means="over 70 characters",
        remedy=f"write at most {SUBJECT_LIMIT}, what matters first",
    ),
    "subject-shouts": FindingKind(
        severity=_W,
        means="capitals or exclamation marks",
        remedy="say it quietly; spam filters object to it too",
    ),
    "subject-names-illness": FindingKind(
        severity=_W,
        means="a lock screen is public",
        remedy="leave it out of the subject",
    ),
    "subject-repeats-sender": FindingKind(
        severity=_W,
        means="the subject says `from_name` or the newsletter's title, which stand beside it",
        remedy="leave it out: the sender's name stands beside it",
    ),
    "inbox-names-illness": FindingKind(
        severity=_W,
        means=(
            "the first 250 characters of the text, without addresses of the web, name the "
            "illness: inboxes show them of an unopened mail"
        ),
        remedy=(
            "write a longer first sentence of the note, pin another study first, or give it a "
            "harmless tag: inboxes show this of an unopened mail"
        ),
    ),
    "headers": FindingKind(
        severity=_B,
        means=(
            "a header is missing, doubled, encoded where it must not be, or promises one-click "
            "unsubscription to a list"
        ),
        remedy="this is a fault of the program; please report it",
    ),
    "line-too-long": FindingKind(
        severity=_B,
        means="a line of the message over 998 bytes",
        remedy="shorten the address or header that is this long",
    ),
}
