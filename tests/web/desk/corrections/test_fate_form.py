"""`/corrections/new`: a form beside what readers would read; no word typed is ever lost."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import empty_home, tree, write_summary
from msnewsletter.clock.heartbeat import Heartbeat, write_heartbeat
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import take_down
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient, Screen, words_of

if TYPE_CHECKING:
    from pathlib import Path

NEW = "/corrections/new"
NOTE = "We wrote 140 people. There were 14."
HOSTILE = (
    "</textarea></style><script>alert(1)</script> {{ 7 * 7 }} \"'&amp; \N{RIGHT-TO-LEFT OVERRIDE}"
)
DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> DeskClient:
    """The desk of a home whose issue 1 carried the summary sleep; `walks` waits."""
    home = empty_home(tmp_path / "home")
    write_summary(home, "sleep")
    publish(home, at=NOW - DAY)
    write_summary(home, "walks")
    return DeskClient(home, NOW)


def asked(desk: DeskClient, said_as: str, key: str = "sleep") -> Screen:
    return desk.get(f"{NEW}?key={key}&as={said_as}")


def filled(screen: Screen, **fields: str) -> dict[str, str]:
    return screen.fields(NEW) | fields


def file_of(desk: DeskClient) -> Path:
    return desk.home.root / "summaries/sleep.md"


def frame(desk: DeskClient, screen: Screen, part: str) -> Screen:
    (src,) = screen.tree.xpath(f"//iframe[contains(@src, '/{part}')]/@src")
    return desk.get(src)


@pytest.mark.parametrize(
    ("said_as", "status", "mail"),
    [
        ("corrected", "corrected", "Correction to issue 1"),
        ("concern", "expression of concern", "Expression of concern about a study in issue 1"),
        ("withdrawn", "withdrawn", "Withdrawn from issue 1"),
        ("retracted", "retracted", "Retracted study in issue 1"),
    ],
)
def test_each_is_shown_as_readers_will_read_it_and_then_saved(
    desk: DeskClient, said_as: str, status: str, mail: str
) -> None:
    before = tree(desk.home.root)
    form = asked(desk, said_as)
    assert form.fields(NEW)["as"] == said_as
    shown = desk.post(NEW, filled(form, note=NOTE, show="show"))
    assert shown.fields(NEW)["note"] == NOTE
    assert "The next mail says it: issue 2, whenever somebody publishes it; no clock" in shown.words
    assert mail in frame(desk, shown, "mail.html").words
    assert NOTE in frame(desk, shown, "mail.html").words
    assert NOTE in frame(desk, shown, "page.html").words
    assert NOTE in " ".join(shown.tree.xpath("//div[@class='feed']")[0].text_content().split())
    assert tree(desk.home.root) == before  # nothing is saved by looking
    done = desk.post(NEW, filled(shown, save="save"))
    assert done.address.startswith("/corrections?")
    assert f"status: {status}\n" in file_of(desk).read_text()
    assert "saved to summaries/sleep.md" in done.words
    assert NOTE in done.words


def test_what_frames_show_can_neither_run_nor_ask(desk: DeskClient) -> None:
    shown = desk.post(NEW, filled(asked(desk, "withdrawn"), note=HOSTILE, show="show"))
    assert shown.fields(NEW)["note"] == HOSTILE
    for screen in (shown, *(frame(desk, shown, part) for part in ("mail.html", "page.html"))):
        assert screen.tree.xpath("//script[contains(text(), 'alert')]") == []
    assert "sandbox" in frame(desk, shown, "mail.html").headers["content-security-policy"]
    assert "Not all of it goes out: its note is not finished" in shown.words
    shown = desk.post(NEW, filled(shown, note="Of <b>14</b> & “α”", show="show"))
    assert "Of <b>14</b> & “α”" in frame(desk, shown, "page.html").words
    gone = desk.get("/corrections/shown/nothing/mail.html")
    assert gone.status == 404


def test_a_correction_without_a_note_is_refused_with_what_to_do(desk: DeskClient) -> None:
    before = tree(desk.home.root)
    refused = desk.post(NEW, filled(asked(desk, "corrected"), note=" ", save="save"))
    assert refused.status == 409
    assert "is corrected without a 'note'" in refused.alert
    assert "add a note that says why" in refused.alert
    assert tree(desk.home.root) == before
    shown = desk.post(NEW, filled(asked(desk, "corrected"), note="", show="show"))
    assert "This cannot be shown." in shown.words


def test_a_correction_of_a_text_that_is_as_it_was_sent_is_pointed_out_before_it_is_saved(
    desk: DeskClient,
) -> None:
    way = "//p[@class='said bad']//b/a[@href='/summary?place=summaries/sleep.md']"
    for screen in (
        asked(desk, "corrected"),
        desk.post(NEW, filled(asked(desk, "corrected"), note=NOTE, show="show")),
    ):
        assert "Its text is word for word what was sent." in screen.words
        assert screen.tree.xpath(way)
    for said_as in ("concern", "withdrawn", "retracted", "live"):
        assert "word for word" not in asked(desk, said_as).words, said_as
    file_of(desk).write_text(file_of(desk).read_text().replace("Something", "Little"))
    assert "word for word" not in asked(desk, "corrected").words


def test_a_form_that_was_just_opened_asks_for_a_note_and_complains_of_nothing(
    desk: DeskClient,
) -> None:
    opened = asked(desk, "corrected")
    assert "Write why it was corrected" in opened.words
    assert "cannot be shown" not in opened.words


def test_what_was_never_sent_is_just_edited(desk: DeskClient) -> None:
    screen = asked(desk, "corrected", "walks")
    assert "no issue has carried it" in screen.words
    assert screen.tree.xpath("//main//a[@href='/summary?key=walks']")


@pytest.mark.parametrize("key", ["nothing", "", "\N{SNOWMAN}", "../../etc/passwd", "a" * 5000])
def test_a_key_that_nothing_has_is_one_line(desk: DeskClient, key: str) -> None:
    screen = desk.post(NEW, {"key": key, "as": "withdrawn", "note": NOTE, "save": "save"})
    assert screen.status == 409
    assert "no summary has this key" in screen.alert
    assert NOTE in screen.tree.xpath("//textarea")[0].text  # not lost all the same


def test_a_word_that_is_no_status_is_one_line(desk: DeskClient) -> None:
    screen = desk.post(NEW, filled(asked(desk, "live"), **{"as": "taken down", "save": "save"}))
    assert screen.status == 409
    assert "choose one of corrected, concern, withdrawn, retracted, live" in screen.alert


def test_what_is_withdrawn_already_opens_with_its_note_and_the_same_is_no_news(
    desk: DeskClient,
) -> None:
    desk.post(NEW, filled(asked(desk, "withdrawn"), note=NOTE, save="save"))
    publish(desk.home, at=NOW)
    desk.now = NOW + DAY
    screen = desk.get(f"{NEW}?key=sleep")
    given = screen.fields(NEW)
    assert (given["key"], given["as"], given["note"]) == ("sleep", "withdrawn", NOTE)
    assert f"Withdrawn: {NOTE}" in screen.words
    assert "Nothing changes for readers: this is what they read today." in screen.words


def test_taking_back_what_no_issue_said_says_that_nothing_is_announced(desk: DeskClient) -> None:
    desk.post(NEW, filled(asked(desk, "withdrawn"), note=NOTE, save="save"))
    screen = asked(desk, "live")
    assert "it was not announced, and will not be" in screen.words
    assert screen.tree.xpath("//main//iframe") == []
    desk.post(NEW, filled(screen, save="save"))
    assert "status" not in file_of(desk).read_text()
    assert "Nothing was corrected or taken back yet." in desk.get("/corrections").words


def test_two_at_once_the_second_sees_what_the_first_has_written(desk: DeskClient) -> None:
    one, two = asked(desk, "corrected"), asked(desk, "withdrawn")
    desk.post(NEW, filled(one, note="Theirs.", save="save"))
    stale = desk.post(NEW, filled(two, note="Mine.", save="save"))
    assert stale.status == 409
    assert "changed meanwhile, and nothing was saved" in stale.alert
    assert "Theirs." in stale.tree.xpath("//pre")[0].text_content()
    assert stale.fields(NEW)["note"] == "Mine."
    assert "Theirs." in file_of(desk).read_text()
    desk.post(NEW, filled(stale, save="save"))
    assert "note: Mine.\n" in file_of(desk).read_text()


def test_a_file_that_is_deleted_meanwhile_is_written_again_once_that_was_seen(
    desk: DeskClient,
) -> None:
    form = asked(desk, "withdrawn")
    file_of(desk).unlink()
    stale = desk.post(NEW, filled(form, note=NOTE, save="save"))
    assert "Its file is gone meanwhile" in stale.alert
    assert not file_of(desk).exists()
    desk.post(NEW, filled(stale, save="save"))
    (written,) = (path for path in file_of(desk).parent.iterdir() if path.stem != "walks")
    assert NOTE in written.read_text()
    assert "Something about sleep." in written.read_text()


def test_a_full_disk_leaves_the_words_in_the_form(
    desk: DeskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, before = asked(desk, "withdrawn"), file_of(desk).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        screen = desk.post(NEW, filled(form, note=NOTE, save="save"))
    assert screen.status == 409
    assert screen.alert
    assert screen.fields(NEW)["note"] == NOTE
    assert file_of(desk).read_bytes() == before
    assert desk.post(NEW, filled(screen, save="save")).status == 200


def test_what_was_taken_down_meanwhile_is_refused_and_the_words_are_there(desk: DeskClient) -> None:
    form = asked(desk, "withdrawn")
    take_down(desk.home, "sleep", reason="a court", at=NOW)
    screen = desk.post(NEW, filled(form, note=NOTE, save="save"))
    assert "its text was taken down" in screen.alert
    assert NOTE in screen.tree.xpath("//textarea")[0].text


def test_a_json_file_says_where_to_write_it(desk: DeskClient) -> None:
    text = (
        '{"key": "sleep", "headline": "What we know of sleep.", "found": "Something about sleep.", '
        '"why_it_matters": "It may help.", "cautions": "The study was small."}'
    )
    file_of(desk).with_suffix(".json").write_text(text)
    file_of(desk).unlink()
    screen = asked(desk, "withdrawn")
    assert "The desk cannot write into summaries/sleep.json" in screen.words
    assert screen.tree.xpath("//main//form") == []


@pytest.mark.parametrize(
    ("said_as", "says"),
    [
        ("withdrawn", "still has the text, and no notice"),
        ("retracted", "still has the text, and no notice"),
        ("corrected", "may still say what was wrong"),
        ("concern", ""),
        ("live", ""),
    ],
)
def test_what_is_left_to_do_at_the_source_is_said_with_its_address(
    desk: DeskClient, said_as: str, says: str
) -> None:
    assert "Its page at the source" not in asked(desk, said_as).words, "it names no page"
    url = "https://source.example/sleep"
    text = file_of(desk).read_text()
    file_of(desk).write_text(text.replace("\n", f"\nurl: {url}\n", 1))
    publish(desk.home, at=NOW)
    desk.now = NOW + DAY
    screen = asked(desk, said_as)
    assert ("Its page at the source" in screen.words) is bool(says)
    assert says in screen.words
    assert screen.links(url) == ([url] if says else [])


@pytest.mark.parametrize("stopped", [False, True])
def test_a_moment_is_promised_only_while_a_clock_is_at_work(
    desk: DeskClient, *, stopped: bool
) -> None:
    beat = Heartbeat(beat=NOW, pid=1, every=60, stopped=stopped)
    write_heartbeat(desk.home, beat)
    words = asked(desk, "withdrawn").words
    assert ("on Monday, 30 November 2026, 08:00." in words) is not stopped
    assert ("no clock is at work that publishes it at its slot." in words) is stopped
    assert ("Nothing goes out from this home by itself until" in words) is stopped


def test_with_an_approval_that_is_required_it_says_that_it_waits_for_one(desk: DeskClient) -> None:
    write_heartbeat(desk.home, Heartbeat(beat=NOW, pid=1, every=60))
    settings = desk.home.settings
    settings.write_text(settings.read_text().replace('review = "none"', 'review = "required"'))
    screen = asked(desk, "withdrawn")
    assert "on Monday, 30 November 2026, 08:00, once somebody has approved it." in screen.words


def test_a_broken_template_is_said_and_saving_goes_on(desk: DeskClient) -> None:
    desk.home.templates.mkdir()
    (desk.home.templates / "digest.mjml.j2").write_text("<mjml>\n{% if %}\n</mjml>\n")
    form = asked(desk, "withdrawn")
    assert "This cannot be shown. templates/digest.mjml.j2:2" in form.words
    assert desk.post(NEW, filled(form, note=NOTE, save="save")).status == 200
    assert NOTE in file_of(desk).read_text()


def test_the_words_of_a_page_are_those_between_its_tags() -> None:
    assert words_of(b"<style>a</style><p>One\n<b>two</b></p>") == "One two"
