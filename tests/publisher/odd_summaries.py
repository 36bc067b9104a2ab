"""Summaries as no editor writes them, and as some will: every field, each text of any kind.

Strategies of objects for a JSON source. Most are accepted; which are, is for the program to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

import chance

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPLORING = chance.PROFILE == "explore"
# Bytes of a text that is as long as a section may be; a run that must be quick has shorter ones.
HUGE = 200_000 if EXPLORING else 8_000
HEADLINE = 2_000 if EXPLORING else 700
# The site of the homes of tests.
SITE = "https://notes.example.org/"

ENTITIES = (
    "&amp;",
    "&rsquo;",
    "&#8217;",
    "&amp;amp;lt;",
    "&lt;b&gt;",
    "&nbsp;",
    "&",
    "&copy",
    "&#1;",
)
MOJIBAKE = ("OrlÃ©ans", "itâ€™s", "Ã", "Â°", "Ä°zmir", "caf\u00e9")
ENDINGS = ("…", "...", "?!", ".", "。", "؟", ":", "—", "1.", "e.g.", "no. 5", "M.S.")
SCRIPTS = (
    "Studie mit Ü",
    "исследование",
    "研究表明",
    "دراسة صغيرة",
    "מחקר",
    "अध्ययन",
    "การศึกษา",
    "👩🏽‍⚕️",
    "e\u0301",
)
UNSEEN = ("\u00ad", "\u200b", "\u202e", "\u2067", "\ufeff", "\u00a0", "\u2028", "\u0085", "\t")
MARKUP = (
    "<b>",
    "</p>",
    "<16",
    "p<0.05",
    "]]>",
    "<!--",
    "**bold**",
    "[a](https://x.example/)",
    '"',
    "'",
)
OURS = ("Unsubscribe", "Read on the web", "RSS feed", "More", "Keep in mind", "Sources", "In short")
ADDRESSES = ("https://x.example/a?b=1&amp;c=2", f"{SITE}x", "mailto:a@b.example", "www.example.org")
NUMBERS = ("12", "3.5 %", "1,000", "42 people", "II", "²")
PLAIN = ("A small study", "of people with MS", "found", "that walking", "may help", "fatigue")

PIECES = st.sampled_from(
    [
        *(ENTITIES + MOJIBAKE + ENDINGS + SCRIPTS + UNSEEN + MARKUP),
        *(OURS + ADDRESSES + NUMBERS + PLAIN * 4),
    ]
)
WORDS = st.builds(
    lambda pieces, between: between.join(pieces),
    st.lists(PIECES, min_size=1, max_size=6),
    st.sampled_from([" ", " ", " ", "", ". ", ", "]),
)
SENTENCES = WORDS.map(lambda words: f"{words}.")
LINES = WORDS | SENTENCES | st.text(min_size=1, max_size=40)
POINTS = st.builds(
    lambda sign, points: "\n".join(f"{sign} {point}" for point in points),
    st.sampled_from(["-", "*", "•", "1.", "–"]),
    st.lists(SENTENCES, min_size=1, max_size=5),
)
LONG = st.builds(
    lambda piece, between, size: (piece + between) * (size // len((piece + between).encode())),
    PIECES,
    st.sampled_from([" ", "", ". ", ", "]),
    st.sampled_from([400, 5_000, HUGE]),
)
PARAGRAPHS = st.lists(SENTENCES | POINTS | LINES, min_size=1, max_size=4).map("\n\n".join)
# Half of them as they should be, so that most issues have something that goes out.
SECTIONS = st.sampled_from(["It was small.", "We found it."]) | PARAGRAPHS | PARAGRAPHS | LONG
HEADLINES = (
    st.builds(lambda line, size: (line * size)[:size], LINES, st.just(HEADLINE)) | LINES | LINES
)
DAYS = st.sampled_from(
    ["2026-11-20", "2026-10-01", "2020-02-29", "2026-11-20T08:00+01:00", "2099-01-01"]
)
URLS = st.sampled_from(
    [
        *(
            "https://example.com/gut",
            "http://x.example/ü?a=<b>&{{a}}",
            "https://[::1]/",
            "https://ü.example/",
        ),
        *(
            "https://www.example.com/a?a=1&amp;b=2",
            "https://x.example/%%TOKEN%%",
            "https://x.example/#",
        ),
        f"https://x.example/{'a' * 1_500}",
    ]
)
OWN_HOST = st.sampled_from(
    [f"{SITE}{path}" for path in ("", "x", "summaries/no.html", "a/../b", "%2e", "?q")]
)


def _line(*, most: int) -> st.SearchStrategy[str]:
    return LINES.map(lambda line: line[:most])


# As many fields as a summary has; test_any_summaries.py holds them against the source's.
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "headline": HEADLINES,
    "found": SECTIONS,
    "why_it_matters": SECTIONS,
    "cautions": SECTIONS,
    "title": _line(most=70),
    "published": DAYS,
    "cover_date": st.sampled_from(["2026", "2027-01", "2026-12-31"]),
    "doi": st.sampled_from(
        ["10.1000/<x>", "10.5555/ü", "10.1000/%%", "10.1101/2024.01.01.123456v2"]
    )
    | st.integers(0, 10**6).map(lambda number: f"10.1000/{number}"),
    "pmid": st.integers(1, 99_999_999).map(str),
    "url": URLS | OWN_HOST,
    "studied_in": _line(most=500),
    "evidence": st.sampled_from([["trial"], ["review", "preprint"], ["laboratory"]]),
    "participants": _line(most=500),
    "population": _line(most=1_000),
    "paper_title": _line(most=1_000),
    "authors": st.lists(_line(most=200), min_size=1, max_size=100),
    "funding": _line(most=3_000),
    "interests": LONG.map(lambda text: " ".join(text.split())[:10_000]),
    "tags": st.lists(_line(most=100), min_size=1, max_size=20, unique=True),
    "teaser": _line(most=1_000),
    "key_messages": st.lists(_line(most=300), min_size=1, max_size=3, unique=True),
    "caution": _line(most=300),
    "language": st.sampled_from(["de", "ar", "he", "zh-Hans", "en-GB", "fa"]),
    "disclaimer": _line(most=1_000) | LONG.map(lambda text: " ".join(text.split())[:1_000]),
    "journal": _line(most=500),
    "written_by": st.sampled_from(["ai", "people", "ai and people"]),
    "reviewed_by": _line(most=500),
    "reviewed_on": st.sampled_from(["2026-11-20", "2099-01-01"]),
    "status": st.sampled_from(["live", "expression of concern", "corrected", "withdrawn"]),
    "note": PARAGRAPHS.map(lambda text: text[:5_000]),
    "related": st.lists(
        st.fixed_dictionaries({"date": st.just("2026-05-01"), "teaser": _line(most=100)}),
        max_size=5,
    ),
}
NEEDED = ("headline", "found", "why_it_matters", "cautions")
SUMMARIES = st.fixed_dictionaries(
    {name: FIELDS[name] for name in NEEDED},
    optional={name: FIELDS[name] for name in FIELDS if name not in NEEDED},
)
NOTED = {"note": FIELDS["note"]}
TAKEN_BACK = st.sampled_from(["withdrawn", "retracted", "expression of concern"])
OTHERS = {name: FIELDS[name] for name in FIELDS if name not in ("status", "note")}
# What an editor does to a summary that was sent.
EDITS = st.one_of(
    st.none(),
    st.fixed_dictionaries({"status": st.just("corrected")} | NOTED, optional=OTHERS),
    st.fixed_dictionaries({"status": TAKEN_BACK}, optional=NOTED),
    st.fixed_dictionaries({}, optional=OTHERS),
)
