"""Whatever a source lets in, the checks hold it against its own summary and never the issue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.issue.compose import compose
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.publisher.readiness import blocking_in, findings_in
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.sources import read_bytes
from render.mail.samples import CUTOFF, MASTHEAD

INVISIBLE = [
    "\u200b",
    "\u00ad",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u3000",
    "\u00a0",
    "\u2028",
    "\u0301",
]
MARKUP = ["<", "&", '"', "]]>", "--", "<!--", "</a>", "<script>", "{{ x }}", "{% x %}", "\r\n"]
WORDS = [
    "read more",
    "https://x.example/",
    "lorem ipsum",
    "%%TOKEN%%",
    "w" * 300,
    " " * 50,
    "A",
    "a",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from([*INVISIBLE, *MARKUP, *WORDS]), max_size=4).map("".join), st.text()
)
OBJECTS = st.fixed_dictionaries(
    dict.fromkeys(("headline", "found", "why_it_matters", "cautions"), TEXTS),
    optional={
        **dict.fromkeys(("journal", "teaser", "studied_in", "disclaimer"), TEXTS),
        "tags": st.lists(TEXTS, max_size=2),
        "doi": st.sampled_from(["10.1/<x>", "10.1/{x}", "10.5555/ü", "10.1000/%%"]),
        "url": st.sampled_from(["http://x.example/", "https://x.example/ü?a=<b>&{{a}}"]),
        "published": st.sampled_from(["2026-11-20", "2099-01-01"]),
        "reviewed_by": TEXTS,
        "reviewed_on": st.sampled_from(["2026-11-20", "2099-01-01"]),
    },
)
PLAIN = dict.fromkeys(("headline", "found", "why_it_matters", "cautions"), "A study.")


@settings(max_examples=examples(60))
@given(st.lists(OBJECTS, min_size=1, max_size=4))
@example([PLAIN, PLAIN, PLAIN | {"headline": "a  STUDY. (2)"}, PLAIN])
@example([PLAIN | {"headline": "\u200b"}, PLAIN | {"headline": "\u00ad"}])
@example(
    [PLAIN | {"found": "{{ name }}"}, PLAIN | {"reviewed_by": "A", "reviewed_on": "2099-01-01"}]
)
def test_no_summary_that_is_read_can_stop_an_issue(
    templates: dict[str, str], objects: list[dict[str, Any]]
) -> None:
    good = PLAIN | {"headline": "The good one.", "key": "good", "published": "2026-11-20"}
    named = [{"key": f"k{place}", **each} for place, each in enumerate(objects)]
    reading = read_bytes(json.dumps([*named, good]).encode(), location="c.json")
    assert len(reading.summaries) + len(reading.refused) == len(objects) + 1
    draft = compose(
        [replace(each, first_seen=CUTOFF) for each in reading.summaries],
        past=EarlierIssues(),
        masthead=MASTHEAD,
        slot="2026-11-23T08:00[Europe/Berlin]",
        cutoff=CUTOFF,
        start=None,
        wanted=NextIssue(place="", issue=1),
    )
    assert draft.issue is not None
    assert "good" in {entry.summary.key for entry in draft.issue.entries}
    files = render_folder(draft.issue, templates).files
    assert blocking_in(findings_in(draft.issue, files)) == ()
