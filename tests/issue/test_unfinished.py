"""Text that no editor would send is found, and text that only looks like it is left alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.residue_kinds import any_of
from msnewsletter.issue.unfinished import begun_within, certain_residues, residues, unended
from msnewsletter.model import Summary


def summary(**texts: Any) -> Summary:
    usual: dict[str, Any] = {
        "key": "walks",
        "headline": "Short walks went with less fatigue.",
        "found": "Forty people walked for ten minutes a day. Most felt less tired.",
        "why_it_matters": "Fatigue is common, and walking costs nothing.",
        "cautions": "The trial was small, and nobody was blinded.",
    }
    return Summary(**usual | texts)


LEFT = {
    # merges
    "git": ("<<<<<<< HEAD\nSpeed rose.\n=======\nSpeed fell.\n>>>>>>> other", "conflict marker"),
    "diff3": ("Speed rose.\n||||||| base\nIt stayed.", "conflict marker"),
    "lines that were joined": ("<<<<<<< HEAD It rose. ======= It fell.", "conflict marker"),
    "a patch": ("@@ -1,3 +1,4 @@\nIt rose.", "conflict marker"),
    "half a merge": ("Speed rose.\n>>>>>>> 3f2a91c (mine)", "conflict marker"),
    "the line between": ("Speed rose.\n=======\nSpeed fell.", "conflict marker"),
    "the line between paragraphs": ("Speed rose\n\n=======\nSpeed fell.", "conflict marker"),
    "the line within a paragraph": ("In ten\nspeed rose\n=======\nIn five.", "conflict marker"),
    "the line and nothing above": ("=======\nSpeed fell.", "conflict marker"),
    "the line and nothing below": ("Speed rose\n=======\n", "conflict marker"),
    "the line that was joined": ("Speed rose. ======= Speed fell.", "conflict marker"),
    # chatbots
    "search marks": ("Sleep was worse.\ue200cite\ue202turn0search0\ue201", "citation mark"),
    "bare search marks": ("Sleep was worse.citeturn0search0turn0search3", "citation mark"),
    "oaicite": ("Only a survey. [oaicite:0]", "citation mark"),
    "content reference": (
        "Only a survey. :contentReference[oaicite:2]{index=2}",
        "citation mark",
    ),
    "brackets": ("Fewer lesions were seen 【4†source】 than before.", "citation mark"),
    "cite start": ("[cite_start]Fewer lesions were seen. [cite: 12, 14]", "citation mark"),
    "a model": ("As an AI language model, I cannot give medical advice.", "chatbot says"),
    "certainly": ("Certainly! Here is the section.\nIt rose.", "chatbot says"),
    "here is": ("Here's a plain-language summary of the study:\nIt rose.", "chatbot says"),
    "an offer": ("It rose. Let me know if you'd like a shorter version.", "chatbot says"),
    "thinking": ("<think>The reader is tired.</think>It rose.", "chatbot says"),
    "a chat's turn": ("ChatGPT said:\nIt rose.", "chatbot says"),
    "a chat's token": ("It rose.<|im_end|>", "chatbot says"),
    "what was pasted": ("The abstract you provided names forty people.", "chatbot says"),
    "rewritten": ("It rose.\nI've simplified the text for you.", "chatbot says"),
    "a refusal": ("I'm sorry, but I can't open the file.", "chatbot says"),
    "web marks": ("Sleep was worse. [web:3]", "citation mark"),
    "carets": ("Sleep was worse.[^3^]", "citation mark"),
    "a chat's link": (
        "See https://x.example/?utm_source=chatgpt.com for it.",
        "citation mark",
    ),
    # editors
    "WordPress's caption": ('It rose. [caption id="x"] A photo[/caption]', "a shortcode"),
    "a plugin's button": ('It rose. [su_button url="/x" size=”3”] It fell.', "a shortcode"),
    "an end alone": ("It rose.[/vc_row] It fell.", "a shortcode"),
    "Word's balloon": ("It rose. Commented [AB12]: by how much?", "comment for editors"),
    "Word's change": ("Formatted: Font: Bold\nIt rose.", "comment for editors"),
    "HTML comment": ("It rose. <!-- check with Ann --> It fell.", "comment for editors"),
    "CriticMarkup": ("It rose {>>really?<<} a little.", "comment for editors"),
    "citation needed": ("It rose by a third [citation needed].", "comment for editors"),
    "a note": ("It rose [NOTE: is this per year?] by a third.", "comment for editors"),
    "an author's query": ("It rose [AQ: check the dose] by a third.", "comment for editors"),
    "to confirm": ("It rose by a third (to be confirmed by Ann).", "comment for editors"),
    # templates
    "Jinja": ("{{ headline }} rose.", "placeholder"),
    "merge field": ("Dear %%FIRST_NAME%%, it rose.", "placeholder"),
    "lorem": ("Lorem ipsum dolor sit amet.", "placeholder"),
    "insert": ("It rose in [insert number] people.", "placeholder"),
    "shell": ("It rose in ${count} people.", "placeholder"),
    # Word, PDF, spreadsheets
    "Word's field": ("See Error! Reference source not found. for more.", "error of a program"),
    "a cell": ("It rose by #REF! in a year.", "error of a program"),
    "Symbol font": ("It rose \uf0b7 a little.", "private-use"),
    "a lost letter": ("Patients\ufffd walking changed.", "U+FFFD"),
    "apostrophe as Latin-1": ("The trial didnâ€™t help.", "wrong encoding"),
    "umlaut as Latin-1": ("It was done in MÃ¼nchen.", "wrong encoding"),
    "a sign as Latin-1": ("It rose by 5 Â± 2 points.", "wrong encoding"),
    "Word's form": ("It rose. Click or tap here to enter text.", "placeholder"),
    "wdiff": ("It rose in [-five-]{+six+} people.", "comment for editors"),
    "apostrophe as Mac Roman": ("It didnÕt rise.", "wrong encoding"),
    "last update": ("As of my last update, nothing was known.", "chatbot says"),
    "praise": ("Great question! Here is what rose.", "chatbot says"),
    "Word's bookmark": ("See _Ref12345678 for more.", "error of a program"),
    "Word's switch": ("See Table 1 \\* MERGEFORMAT for more.", "error of a program"),
    "a lost apostrophe": ("It didn?t rise.", "error of a program"),
    "angle brackets": ("It rose in <insert number> people.", "placeholder"),
    # half a text
    "half a word": ("The study does not sh", "half a sentence"),
    "half a phrase": ("The study was small and does not show that the", "half a sentence"),
    "a comma": ("The study was small, nobody was blinded,", "half a sentence"),
    "a bracket": ("The study was small and had no controls (", "half a sentence"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_is_found_in_any_section(name: str) -> None:
    text, what = LEFT[name]
    for field in ("found", "why_it_matters", "cautions"):
        residue = next(iter(certain_residues(summary(**{field: text}))), None)
        assert residue is not None, field
        assert what in str(residue)
        assert residue.remedy


FINE = (
    "It was recorded by [sic] them, and [mean 3.2] of the [95% CI 1 to 2], [n = 3] each.",
    "p<0.05 and n>20 in both groups.",
    "It fell from 7 << 10 to 3 in two steps.",
    "A line of signs\n=======\nis a heading's underline in Markdown.",
    "They used an artificial intelligence to read the scans.",
    "The AI model found lesions as well as a person did.",
    "Here is what they saw: fewer lesions.",
    "Certainly, this does not show a cause.",
    "Of course, few people took part.",
    "We hope that this helps people to plan their day.",
    "“We felt [more] awake,” one of them said.",
    "Doses [5 mg, 10 mg] were compared.",
    "The antibody binds CD20 [see below].",
    "TNF‑α, IL‑6 and γδ T cells rose — slightly.",
    "It was done in München, São Paulo and Ångström's Uppsala.",
    "Temperatures of 38 °C ± 0.5 µ were measured; ½ dose, 5 × 10⁶ cells.",
    "علاج بسيط ساعد بعض الناس.",
    "简单的步行减轻了疲劳。",
    "Ελληνικά κείμενα διαβάζονται.",
    "Few people",
    "Only mice",
    "- Only 16 people\n- No control group\n- Lasted 12 weeks",
    "What was tried: walking, swimming, yoga",
    "The gene was called HLA-DRB1",
    "It was the first trial of its kind in the UK",
    "They cited “turn, turn, turn”.",
    "Error bars show the standard deviation.",
    "A reference is needed for each dose.",
    "Costs rose by $5 {on average}.",
    "Lasted 12 weeks (see cautions)",
    "Feel free to ask your own doctor.",
    "“Would you like me to stop?” the nurse asked.",
    "“I am unable to open a jar,” one of them said.",
    "The text that people were given was short.",
    "Did it help? To a degree.",
    "It ran from <7 to >>7 weeks.",
    "“I have simplified my days,” one of them said.",
    "They were formatted: large type, wide lines.",
    "Who said: nobody?",
    "Walking\n=======\nSpeed rose.",
    "It was tried.\n\nAt home\n=======\nSpeed rose.",
    "A line\n==========\nSpeed rose.",
)


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert certain_residues(summary(found=text, cautions=text)) == ()


@pytest.mark.parametrize(
    "headline",
    ["Slow walks went with less fatigue in the", "Walks went with less fatigue, and", "Walks, or"],
)
def test_a_headline_that_ends_within_a_phrase_is_half_a_sentence(headline: str) -> None:
    residue = next(iter(certain_residues(summary(headline=headline))), None)
    assert (residue is not None) is (len(headline.split()) > 3)


@pytest.mark.parametrize(
    "headline", ["How common MS fatigue is", "What a foot brace is for", "Sleep and MS", "A brace"]
)
def test_a_headline_may_do_without_a_full_stop(headline: str) -> None:
    assert certain_residues(summary(headline=headline)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Would you like me to make it shorter?",
        "If you'd like, I can make it shorter.",
        "I'm happy to adjust the tone.",
        "I cannot give medical advice.",
        "Is there anything else I can help with?",
        "Let me know if this works for you.",
        "It rose in XX% of them.",
        "It rose in ____ of them.",
        "It rose in ??? of them.",
        "It rose in {count} of them.",
    ],
)
def test_what_somebody_may_have_said_or_meant_is_only_pointed_out(text: str) -> None:
    assert [one.certain for one in residues([text])] == [False]


def test_what_could_be_meant_is_no_reason_to_hold_a_summary() -> None:
    one = summary(found="TK is measured in blood. XXX stands for nothing.")
    assert certain_residues(one) == ()
    assert [found.certain for found in residues([one.found])] == [False]


def test_every_field_that_readers_see_is_looked_at() -> None:
    for field in (
        "headline",
        "title",
        "teaser",
        "caution",
        "journal",
        "studied_in",
        "participants",
        "population",
        "paper_title",
        "funding",
        "interests",
        "disclaimer",
        "reviewed_by",
        "note",
    ):
        residue = next(iter(certain_residues(summary(**{field: "It rose [oaicite:0]."}))), None)
        assert residue is not None, field
    for field in ("key_messages", "authors"):
        texts = ("It rose.", "It fell [oaicite:0].")
        assert certain_residues(summary(**{field: texts})), field


def test_half_a_sentence_in_short_is_found_too() -> None:
    for texts in (
        {"title": "Short walks and fatigue and the"},
        {"caution": "The study was small and does not show that the"},
        {"key_messages": ("It rose.", "The study was small and does not sh")},
    ):
        assert "half a sentence" in str(certain_residues(summary(**texts))[0])
    assert certain_residues(summary(title="Short walks and fatigue")) == ()


def test_a_section_that_ends_without_a_full_stop_is_pointed_out_where_others_have_one() -> None:
    assert unended(summary(cautions="It was small. It had no controls and lasted a week"))
    assert not unended(summary(cautions="It was small. It had no controls."))
    assert not unended(summary(cautions="Few people"))
    assert not unended(summary(cautions="- Few people\n- No controls"))


@pytest.mark.parametrize("end", ["and then they slept…", "and then they [...]", "and then they..."])
def test_a_section_whose_rest_was_left_out_is_pointed_out(end: str) -> None:
    assert unended(summary(cautions=f"It was small, {end}"))


def test_a_text_that_begins_within_a_sentence_is_pointed_out() -> None:
    for field in ("headline", "found", "why_it_matters", "cautions"):
        assert begun_within(summary(**{field: "and the others slept."})), field
    for start in ("And", "α-synuclein", "mRNA", "p-tau", "orexin", "toes", "bute"):
        assert not begun_within(summary(found=f"{start} rose in them.")), start


def test_what_is_found_is_quoted_with_the_words_around_it() -> None:
    residue = next(
        iter(certain_residues(summary(found="Sleep was worse. [oaicite:0] Fatigue rose."))), None
    )
    assert residue is not None
    assert "Sleep was worse. [oaicite:0] Fatigue rose." in residue.found


@given(st.text(alphabet="ab c\n|", max_size=30))
def test_patterns_in_one_find_what_they_find_apart(text: str) -> None:
    patterns = (r"\ba+b", "c|a c", r"^b(?:a|\|)", r"\b(?:c|b) ", "^ a$", r"b\b c")
    together = any_of(*patterns, flags=re.MULTILINE).search(text)
    apart = re.compile("|".join(patterns), re.MULTILINE).search(text)
    assert (together and together.start()) == (apart and apart.start())
