"""The kinds of residue: what merges, chatbots, editors and copying leave in a text. Pure.

A kind is certain when no finished text can hold it. Searching for them is `unfinished.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResidueKind:
    """One kind: what it is for the editor, how it looks, what to do; see `Residue`.

    `form`: it is a place to write in, so that a text which has it is a form.
    """

    what: str
    pattern: re.Pattern[str]
    remedy: str
    certain: bool = True
    form: bool = False


def any_of(*patterns: str, flags: re.RegexFlag) -> re.Pattern[str]:
    r"""One pattern for all of these.

    Those that begin with `^` or `\b` may have a `|` in brackets only. They are tried where a line
    or a word begins or ends, and nowhere else: that takes a tenth of the time.
    """
    groups: dict[str, list[str]] = {}
    for pattern in patterns:
        where = next(filter(pattern.startswith, ("^", r"\b")), "")
        groups.setdefault(where, []).append(pattern.removeprefix(where))
    whole = (f"{where}(?:{'|'.join(group)})" for where, group in groups.items())
    return re.compile("|".join(whole), flags)


def _any(*patterns: str) -> re.Pattern[str]:
    return any_of(*patterns, flags=re.IGNORECASE | re.MULTILINE)


RESIDUE_KINDS = (
    ResidueKind(
        "a placeholder",
        re.compile(r"\{\{|\{%|%%[A-Z_]{3,}%%|\$\{\w+\}|(?i:\blorem ipsum\b)"),
        "write the text",
        form=True,
    ),
    ResidueKind(
        "a placeholder",
        _any(
            r"\[(?:insert|add|fill in|your|name of|placeholder)\b[^\]\n]{0,80}\]",
            # German: as the form of a new home has them.
            r"\[(?:bitte |hier )?(?:einfügen|eintragen|ergänzen)\b[^\]\n]{0,80}\]",
            r"<(?:insert|fill in|name of|your)\b[^>\n]{0,80}>",
            r"\b(?:click or tap here|click here|tap here) to enter text\b",  # Word's form fields
        ),
        "write the text",
        form=True,
    ),
    # Git, Mercurial and diff3 write seven of these; a text whose lines were joined has them within.
    ResidueKind(
        "a conflict marker",
        re.compile(
            r"(?<!<)<{7}(?!<)|(?<!>)>{7}(?!>)|(?<!\|)\|{7}(?!\|)|^@@ -\d+(?:,\d+)? \+\d+",
            re.MULTILINE,
        ),
        "keep one of the two texts",
    ),
    # What was left between the two texts. Under a line alone, with text below it and no full stop
    # above, it underlines a heading of Markdown's.
    ResidueKind(
        "a conflict marker",
        re.compile(
            r"\A\s*={7}[ \t]*$|(?<![\w)])\n={7}[ \t]*$|^[^\n]+\n[^\n]+\n={7}[ \t]*$|^={7}\s*\Z"
            r"|(?<=[.!?]) ={7}(?= \S)",
            re.MULTILINE,
        ),
        "keep one of the two texts",
    ),
    ResidueKind(
        "a chatbot's citation mark",
        _any(
            r":?contentReference\[oaicite:\d+\](?:\{index=\d+\})?",
            r"\[?oaicite:\d+\]?",
            r"\bcite(?:turn\d+\w+\d+)+",
            r"\bturn\d+(?:search|view|news|file|image|fetch)\d+",
            r"【\d+[:†][^】\n]{0,80}】",
            r"\[cite(?:_start|_end|:\s*\d+(?:,\s*\d+)*)\]",
            r"\[(?:web|source|doc|page|attached_file|file|image):\s*\d+\]",
            r"\[\^\d+\^\]",
            r"\{\\?\"attribution\\?\":",
            r"</?(?:grok|antml):[a-z]",
            r"\butm_source=(?:chatgpt|openai|perplexity|copilot|gemini|claude)\b",
        ),
        "take the mark out, and check the statement against the study",
    ),
    ResidueKind(
        "what a chatbot says of itself",
        _any(
            r"\bas an? (?:AI|artificial intelligence)(?: language)?(?: model| assistant)\b",
            r"</?think(?:ing)?>",
            r"<\|(?:im_start|im_end|endoftext|assistant|user|system)\|>",
            r"^(?:you|chatgpt|claude|gemini|copilot) said:",
            r"^(?:certainly|sure|of course|absolutely)[!,] (?:here|below|i)\b.{0,80}",
            r"^here(?:'s|’s| is) (?:an?|the|your) (?:[\w-]+ ){0,3}(?:summary|version|draft)\b",
            r"\blet me know if you(?:'d|’d| would)? (?:like|want|need)\b",
            r"\bi hope (?:this|that) helps\b[.!]?$",
            r"\bi(?:'m|’m| am) sorry, but i can",
            r"\bi(?:'m|’m| am) unable to (?:access|browse) (?:the|this|that|any)\b",
            r"\b(?:text|abstract|article|paper|study|document) (?:that )?you(?:'ve|’ve| have)? "
            r"(?:provided|pasted|shared|uploaded|sent)\b",
            r"^(?:note: )?i(?:'ve|’ve| have) (?:rewritten|simplified|summari[sz]ed|rephrased) "
            r"(?:it|the|this|your)\b",
            r"\bmy (?:knowledge cutoff|training data)\b",
            r"\bas of my (?:last|latest|most recent) (?:update|training|knowledge)\b",
            r"^(?:great question|sure thing|good catch|understood)[!,.] (?:here|below|i)\b",
        ),
        "keep the summary alone",
    ),
    # A nurse may say these as well, and be quoted.
    ResidueKind(
        "an offer that a chatbot may have made",
        _any(
            r"\bwould you like me to\b",
            r"\bis there anything else (?:i can|you)\b",
            r"\bfeel free to (?:ask me|reach out|let me know)\b",
            r"\blet me know if (?:this works|you have any|you prefer|anything)\b",
            r"\bif you(?:'d|’d| would)? (?:want|like|prefer|wish),? i (?:can|could|will)\b",
            r"\b(?:i(?:'m|’m| am) )?happy to (?:adjust|revise|shorten|expand|simplify)\b",
            r"\bi (?:can(?:'t|’t|not)) (?:provide|give|offer) (?:medical|personal) advice\b",
        ),
        "take it out, unless somebody is quoted",
        certain=False,
    ),
    ResidueKind(
        "a comment for editors",
        _any(
            r"<!--",
            r"\{>>|\{\+\+|\{--|\{~~",  # CriticMarkup
            r"\[-[^\]\n]{1,200}-\]\s?\{\+|\{\+[^}\n]{1,200}\+\}",  # wdiff
            r"\[(?:citation|reference|source) needed\]",
            # Word's balloons, copied with the text.
            r"\bcomment(?:ed)? \[[A-Z]{1,4}\d+\]",
            r"^formatted: (?:font|english|left|right|centered|justified|normal|space|line)\b",
            r"\[(?:ed(?:itor)?|note|nb|author|todo|tbd|check|fixme|comment|query|aq)\b[.:]"
            r"[^\]\n]{0,200}\]",
            r"\((?:editor(?:'s|’s)? note|note to (?:self|editor)|todo|fixme|to be confirmed)\b"
            r"[^)\n]{0,200}\)",
        ),
        "decide, then take it out",
    ),
    # What WordPress and forums replace when they show a page.
    ResidueKind(
        "a shortcode",
        _any(
            r"\[/[a-z][a-z0-9_-]{1,30}\]",
            r"\[(?:caption|gallery|embed|audio|video|playlist)(?: [^\]\n]{0,200})?\]",
            r"\[[a-z][a-z0-9_-]{1,30}(?: [a-z][a-z0-9_-]{0,30}=[\"'“”″][^\]\n]{0,200})\]",
        ),
        "take it out, or write what it shows",
    ),
    ResidueKind(
        "an error of a program",
        _any(
            r"error! (?:bookmark|reference source) not (?:defined|found)",
            r"\[object object\]",
            r"\\\* ?mergeformat\b|\b_(?:ref|toc)\d{6,}|\b(?:hyperlink|pageref) \"",
            r"\b(?:did|does|do|is|was|were|ca|could|would|should|wo|has|have|had|are)n\?t\b",
            r"#(?:ref|value|n/a|name)!",
            r"\bundefined undefined\b",
        ),
        "write what was meant",
    ),
    # A curly apostrophe as Windows-1252 has it, read as Mac OS Roman.
    ResidueKind(
        "text in a wrong encoding",
        re.compile(r"[a-z]Õ(?:s|t|re|ve|ll|d|m)\b"),
        "save the file as UTF-8, and write it again",
    ),
    # U+F000 and its neighbours come from Symbol fonts, U+E200 to U+E202 from chatbots.
    ResidueKind(
        "a private-use character",
        re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"),
        "write the character that was meant",
    ),
    ResidueKind(
        "a lost character (U+FFFD)",
        re.compile("\ufffd"),
        "write the character that was meant",
    ),
    # In a sentence it may be somebody's abbreviation; a text that begins with it is none yet.
    ResidueKind(
        "a placeholder",
        re.compile(r"\A\W*(?:TODO|TBD|TBC|FIXME|TKTK|XXX+)\b"),
        "write the text",
        form=True,
    ),
    ResidueKind(
        "a placeholder",
        re.compile(
            r"\b(?:TKTK|TK|TODO|TBD|FIXME|XXX+)\b|\bX{1,3} ?%|\?{3,}|_{4,}|\{[a-z]+(?:_[a-z]+)*\}"
        ),
        "write the text",
        certain=False,
    ),
)
