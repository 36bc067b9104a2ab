"""One summary at the desk: by its key or its file, pending, held or sent; and its form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.sources.field_rules import FRONT_FIELDS
from web.desk.conftest import NOW, SLOT
from web.desk.desk_client import DeskClient, full_disk

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

SAVE = "/summary"
NEW = "/summary/new"
WALKS = "/summary?key=walks"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    write_summary(home, "walks")
    return home


@pytest.fixture
def desk(home: Home) -> DeskClient:
    return DeskClient(home, NOW)


@pytest.fixture
def sent(home: Home) -> DeskClient:
    """The desk after an issue has carried the summary."""
    publish_due(home, at=SLOT)
    return DeskClient(home, SLOT)


def file(home: Home) -> Path:
    return home.root / "summaries" / "walks.md"


def test_a_summary_in_the_next_issue_says_its_number_there(desk: DeskClient) -> None:
    screen = desk.get(WALKS)
    assert "In issue 1, the next one, as number 1." in screen.words
    assert screen.links("Duplicate as a new one") == ["/summary/new?from=walks"]
    assert not screen.links("Correct…")


def test_the_field_for_a_note_says_who_reads_it_and_when_it_is_needed(desk: DeskClient) -> None:
    for screen in (desk.get(WALKS), desk.get(NEW)):
        [hint] = screen.tree.xpath("//*[@id='note-hint']")
        assert "Readers read it in the next mail and on its page" in hint.text_content()
        assert "“corrected” needs it" in hint.text_content()


def test_a_summary_that_waits_says_why(home: Home, desk: DeskClient) -> None:
    write_summary(home, "later", published="2099-01-01")
    assert "held Published 1 January 2099, after the cutoff" in desk.get("/summary?key=later").words


def test_a_draft_that_nobody_wants_is_left_out_on_its_own_screen_and_taken_in_again(
    home: Home, desk: DeskClient
) -> None:
    before = file(home).read_bytes()
    asked = desk.get(WALKS)
    assert "Its file stays: the desk deletes none" in asked.words
    out = desk.post("/hold", asked.fields("/hold") | {"reason": "begun by mistake"})
    assert out.address.startswith(f"{WALKS}&said=")
    assert "It is held: in no issue until somebody releases it." in out.words
    assert "held Held by the editor: begun by mistake" in out.words
    assert "Nothing new" in desk.get("/").words
    again = desk.post("/release", out.fields("/release"))
    assert "It is released. " in again.words
    assert "In issue 1, the next one, as number 1." in again.words
    assert file(home).read_bytes() == before


def test_what_is_held_for_another_reason_cannot_be_released(home: Home, desk: DeskClient) -> None:
    write_summary(home, "later", published="2099-01-01")
    markup = desk.get("/summary?key=later").markup
    assert '"/release"' not in markup
    assert '"/hold"' not in markup


def test_a_sent_summary_says_where_it_was_sent_and_leads_to_what_can_be_done(
    sent: DeskClient,
) -> None:
    screen = sent.get(WALKS)
    assert "Sent in issue 1 on 30 November 2026; its page on the site." in screen.words
    assert screen.links("issue 1") == ["/issues/1"]
    assert screen.links("Correct…") == ["/corrections/new?key=walks&as=corrected"]
    assert screen.links("Withdraw…") == ["/corrections/new?key=walks&as=withdrawn"]
    (page,) = screen.links("its page on the site")
    assert (sent.home.site / page.rpartition("/summaries/")[2]).name.startswith("walks-")
    assert (sent.home.site / "summaries" / page.rpartition("/")[2]).is_file()


def test_what_was_taken_back_can_be_lifted_and_not_taken_back_again(
    home: Home, sent: DeskClient
) -> None:
    write_summary(home, "walks", status="withdrawn", note="We were wrong.")
    publish_due(home, at=SLOT + timedelta(weeks=1))
    screen = sent.get(WALKS)
    assert screen.links("Lift…") == ["/corrections/new?key=walks&as=live"]
    assert not screen.links("Correct…")
    assert not screen.links("Withdraw…")


def test_an_edit_that_readers_should_know_of_leads_to_its_correction(
    home: Home, sent: DeskClient
) -> None:
    form = sent.get(WALKS).fields(SAVE)
    shown = sent.post(SAVE, form | {"body": form["body"].replace("It may help.", "It may not.")})
    assert "Save it, and write a correction…" in shown.words
    fate = sent.post(SAVE, shown.fields(SAVE) | {"next": "correct"})
    assert "It may not." in file(home).read_text()
    assert "Saved to summaries/walks.md." in fate.words
    assert fate.values("/corrections/new")["as"] == "corrected"


def test_a_key_that_nothing_has_is_answered_in_one_line(desk: DeskClient) -> None:
    answer = desk.get("/summary?key=nothing")
    assert (answer.status, "there is no summary with this key" in answer.words) == (409, True)


def test_a_file_that_does_not_read_is_found_by_the_key_that_was_sent(
    home: Home, sent: DeskClient
) -> None:
    file(home).write_text(file(home).read_text().replace("2026-11-20", "soon"))
    screen = sent.get(WALKS)
    assert "summaries/walks.md:3" in screen.alert
    assert screen.values(SAVE)["published"] == "soon"


def test_the_key_of_a_summary_is_shown_and_no_input(home: Home, sent: DeskClient) -> None:
    screen = sent.get(WALKS)
    assert not screen.tree.xpath("//input[@name='key' and not(@type='hidden')]")
    before = file(home).read_text()
    answer = sent.post(SAVE, screen.fields(SAVE) | {"key": "runs"})
    assert "its key would become 'runs'" in answer.alert
    assert file(home).read_text() == before


def test_choices_are_choices_and_keep_what_the_file_says_otherwise(
    home: Home, desk: DeskClient
) -> None:
    write_summary(home, "walks", evidence="RCT", written_by="human", status="live")
    screen = desk.get(WALKS)
    form = screen.fields(SAVE)
    assert (form["evidence"], form["written_by"], form["status"]) == ("RCT", "human", "live")
    words = {
        one.get("id"): [option.text for option in one.findall("option")]
        for one in screen.tree.xpath("//main//select")
    }
    assert words.keys() == {"evidence", "written_by", "status"}
    assert words["written_by"][:2] == ["as the settings say", "ai"]
    assert words["status"][:2] == ["live", "corrected"]
    assert words["evidence"][0] == "not said"
    assert words["evidence"][-1] == "RCT (as the file says it)"
    before = file(home).read_text()
    desk.post(SAVE, form)
    assert file(home).read_text() == before
    desk.post(SAVE, form | {"evidence": "trial, peer reviewed", "written_by": ""})
    assert "evidence:\n  - trial\n  - peer reviewed\n" in file(home).read_text()
    assert "written_by" not in file(home).read_text()


def test_fields_stand_in_groups_with_a_label_and_their_hint(desk: DeskClient) -> None:
    page = desk.get(WALKS).tree
    assert [one.text for one in page.xpath("//fieldset/legend")] == [
        "Key and short texts",
        "The study",
        "People and money",
        "How it is shown",
        "What became of it",
    ]
    for one in page.xpath("//fieldset//*[self::input or self::select or self::textarea]"):
        if one.get("type") != "hidden":
            assert page.xpath(f"//label[@for='{one.get('id')}']")
        for described in (one.get("aria-describedby") or "").split():
            assert page.get_element_by_id(described).text_content()


def test_a_fault_in_the_text_stands_at_the_text(home: Home, desk: DeskClient) -> None:
    form = desk.get(WALKS).fields(SAVE) | {"body": "# Only a headline.\n"}
    answer = desk.post(SAVE, form)
    assert answer.status == 409
    (wrong,) = answer.tree.xpath("//*[@aria-invalid='true']")
    assert wrong.get("id") == "body"
    assert answer.tree.xpath("//*[@role='alert']//a[@href='#body']")
    assert answer.fields(SAVE)["body"] == "# Only a headline.\n"
    assert "Something about walks." in file(home).read_text()


def test_an_edit_of_what_was_sent_is_shown_before_it_is_saved(home: Home, sent: DeskClient) -> None:
    form = sent.get(WALKS).fields(SAVE)
    before = file(home).read_text()
    wanted = form | {"body": form["body"].replace("It may help.", "It helped six of ten.")}
    shown = sent.post(SAVE, wanted)
    assert "sent in issue 1 on 30 November 2026. Nothing is saved yet." in shown.words
    assert "goes to site and feeds with the next publishing, and mails nobody" in shown.words
    changed = shown.tree.xpath("//*[@aria-label='What changes in: Why it matters']")[0]
    assert "six of ten." in [one.text for one in changed.iter("ins")]
    assert file(home).read_text() == before
    written = sent.post(SAVE, shown.fields(SAVE) | {"next": "write"})
    assert written.fields(SAVE)["body"] == wanted["body"]
    saved = sent.post(SAVE, shown.fields(SAVE) | {"next": "save"})
    assert "Saved to summaries/walks.md." in saved.words
    assert "Its text was edited after it was sent. The edit goes to site" in saved.words
    assert file(home).read_text() == before.replace("It may help.", "It helped six of ten.")


def test_a_correction_says_that_the_next_issue_announces_it(sent: DeskClient) -> None:
    form = sent.get(WALKS).fields(SAVE)
    shown = sent.post(SAVE, form | {"status": "corrected", "note": "Six, not ten."})
    assert "and the issue announces it." in shown.words
    assert "“Six, not ten.”" in shown.words


def test_an_edit_that_is_kept_back_says_why(home: Home, sent: DeskClient) -> None:
    form = sent.get(WALKS).fields(SAVE)
    shown = sent.post(
        SAVE, form | {"body": form["body"].replace("small", "lorem ipsum dolor sit amet")}
    )
    assert "This edit is kept back:" in shown.words
    sent.post(SAVE, shown.fields(SAVE) | {"next": "save"})
    assert "lorem" in file(home).read_text()


def test_what_readers_do_not_see_is_saved_at_once(home: Home, sent: DeskClient) -> None:
    text = file(home).read_text()
    screen = sent.get(f"{WALKS}&as=text")
    wanted = text.replace("key: walks", "# a remark of ours\nkey: walks")
    assert "Saved to" in sent.post(SAVE, screen.fields(SAVE) | {"text": wanted}).words
    assert file(home).read_text() == wanted


def test_the_form_asks_for_every_field_that_front_matter_has(home: Home, desk: DeskClient) -> None:
    write_summary(home, "walks", key_messages='["It rose, a little.", It fell.]')
    more = "authors: [Lee B., Smith J.]\npublished:"
    file(home).write_text(file(home).read_text().replace("published:", more))
    form = desk.get(WALKS).values(SAVE)
    assert {*FRONT_FIELDS} <= form.keys()
    assert form["key_messages"] == "It rose, a little.\nIt fell."
    assert form["authors"] == "Lee B.; Smith J."


def test_a_form_changes_what_was_typed_and_keeps_all_else(home: Home, desk: DeskClient) -> None:
    write_summary(home, "walks", studied_in="mice")
    file(home).write_text(file(home).read_text().replace("---\nkey", "---\n# ours\nkey", 1))
    before = file(home).read_text()
    form = desk.get(WALKS).fields(SAVE)
    saved = desk.post(SAVE, form | {"studied_in": "mice: 24 of them"})
    assert "Saved to summaries/walks.md." in saved.words
    assert file(home).read_text() == before.replace(
        "studied_in: mice", 'studied_in: "mice: 24 of them"'
    )


def test_what_does_not_read_is_not_saved_and_no_word_is_lost(home: Home, desk: DeskClient) -> None:
    before = file(home).read_bytes()
    typed = {"published": "2026-02-30", "journal": "Another: journal"}
    answer = desk.post(SAVE, desk.get(WALKS).fields(SAVE) | typed)
    assert "summaries/walks.md:" in answer.alert
    assert "2026-02-30" in answer.alert
    assert answer.fields(SAVE)["journal"] == "Another: journal"
    assert file(home).read_bytes() == before


def test_a_text_from_before_another_save_shows_both(home: Home, desk: DeskClient) -> None:
    form = desk.get(f"{WALKS}&as=text").fields(SAVE)
    file(home).write_text(file(home).read_text().replace("small", "tiny"))
    theirs = file(home).read_text()
    answer = desk.post(SAVE, form | {"text": "mine"})
    assert "The file was changed meanwhile" in answer.words
    assert "tiny" in answer.tree.xpath("//*[@aria-label='The file as it is now']")[0].text_content()
    assert answer.fields(SAVE)["text"] == "mine"
    assert file(home).read_text() == theirs


@pytest.mark.parametrize("as_text", ["", "&as=text"])
def test_a_summary_deleted_while_open_comes_back_with_the_words(
    home: Home, desk: DeskClient, as_text: str
) -> None:
    form = desk.get(WALKS + as_text).fields(SAVE)
    wanted = {name: text.replace("may help", "helps") for name, text in form.items()}
    file(home).unlink()
    answer = desk.post(SAVE, wanted)
    assert answer.status == 409
    assert "summaries/walks.md is gone" in answer.alert
    assert not file(home).exists()
    assert answer.tree.xpath("//button[text()='Save as a new file']")
    saved = desk.post(SAVE, answer.fields(SAVE))
    assert "Saved to summaries/walks.md." in saved.words
    assert "It helps." in file(home).read_text()


def test_what_was_deleted_and_is_there_again_is_not_overwritten(
    home: Home, desk: DeskClient
) -> None:
    form = desk.get(WALKS).fields(SAVE)
    file(home).unlink()
    answer = desk.post(SAVE, form | {"journal": "Gut"})
    write_summary(home, "walks", journal="Brain")
    theirs = file(home).read_text()
    again = desk.post(SAVE, answer.fields(SAVE))
    assert "is there already" in again.alert
    assert again.fields(SAVE)["journal"] == "Gut"
    assert file(home).read_text() == theirs


@pytest.mark.parametrize("place", ["summaries/../issues/x.md", "x.md", "summaries/README.md", ""])
def test_nothing_is_put_back_outside_the_sources_or_where_it_is_not_read(
    home: Home, desk: DeskClient, place: str
) -> None:
    form = desk.get(WALKS).fields(SAVE)
    before = sorted(home.root.rglob("*.md"))
    answer = desk.post(SAVE, form | {"place": place, "version": ""})
    assert (answer.status, sorted(home.root.rglob("*.md"))) == (409, before)


def test_a_full_disk_cuts_nothing_and_the_words_stay_in_the_page(
    home: Home, desk: DeskClient
) -> None:
    screen, new = desk.get(WALKS), desk.get(NEW)
    before = file(home).read_text()
    wanted = screen.fields(SAVE) | {"journal": "Gut & brain"}
    made = new.fields(NEW) | {
        "headline": "One.",
        "found": "Two words.",
        "why_it_matters": "Three.",
        "cautions": "4 x",
    }
    with full_disk():
        saved, created = desk.post(SAVE, wanted), desk.post(NEW, made)
    for answer, action, fields in ((saved, SAVE, wanted), (created, NEW, made)):
        assert answer.status == 409
        assert "the disk is full" in answer.alert
        assert {name: answer.fields(action)[name] for name in fields} == fields
    assert file(home).read_text() == before
    assert [one.name for one in (home.root / "summaries").iterdir()] == ["walks.md"]


def test_a_form_from_before_another_save_shows_both(home: Home, desk: DeskClient) -> None:
    form = desk.get(WALKS).fields(SAVE)
    file(home).write_text(file(home).read_text().replace("small", "tiny"))
    answer = desk.post(SAVE, form | {"journal": "Gut"})
    assert (answer.status, "tiny" in answer.words) == (409, True)
    assert answer.fields(SAVE)["journal"] == "Gut"
    assert "Gut" not in file(home).read_text()
    desk.post(SAVE, answer.fields(SAVE))
    assert "Gut" in file(home).read_text()


def test_a_key_is_found_however_its_letters_are_put_together(home: Home, desk: DeskClient) -> None:
    write_summary(home, "g\N{LATIN SMALL LETTER A WITH RING ABOVE}ng")
    for typed in ("g%C3%A5ng", "ga%CC%8Ang"):
        screen = desk.get(f"/summary?key={typed}")
        assert "What we know of g\N{LATIN SMALL LETTER A WITH RING ABOVE}ng." in screen.words
        assert desk.get(f"/summary/new?from={typed}").status == 200
