"""An editor at the desk, in a real browser: what is done there is in the files, and the reverse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browsers import patient_page
from homes import published_tree, sample_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from web.desk.conftest import NOW, SLOT
from web.desk.running import reload_until, running, unfold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from web.desk.running import Running

    Opened = Callable[..., Page]


def next_md(desk: Running) -> Path:
    return desk.home.records / "next.md"


def row(page: Page, headline: str) -> Locator:
    return page.locator(".rows > li", has_text=headline)


def test_a_note_written_in_an_editor_shows_at_the_desk_by_itself(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    desk.home.records.mkdir(exist_ok=True)
    next_md(desk).write_text("---\nissue: 1\n---\nOnly a **quiet** week.\n")
    mail = page.frame_locator("iframe.w600")
    expect(mail.get_by_text("Only a quiet week.")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Only a **quiet** week.")


def test_who_works_with_keys_stays_where_they_are_when_files_change(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    optic = row(page, "After optic neuritis")
    link = optic.get_by_role("link", name="After optic neuritis")
    link.focus()
    write_summary(desk.home, "fresh")
    expect(page.get_by_text("What we know of fresh.").first).to_be_visible()
    expect(link).to_be_focused()
    optic.locator("summary", has_text="Hold…").click()
    optic.get_by_label("Reason").fill("the journal was asked")
    optic.get_by_role("button", name="Hold", exact=True).focus()
    write_summary(desk.home, "fresher")
    expect(page.locator("#live")).to_contain_text("what you are writing is kept")
    expect(optic.get_by_label("Reason")).to_have_value("the journal was asked")


def test_a_note_written_at_the_desk_is_in_the_file(desk: Running, opened: Opened) -> None:
    page = opened()
    page.fill("#subject", "A quiet week")
    page.fill("#note", "Two studies, α < β & “quotes”.\n\nMore below.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    assert next_md(desk).read_text() == (
        "---\nissue: 1\nsubject: A quiet week\n---\nTwo studies, α < β & “quotes”.\n\nMore below.\n"
    )
    page.get_by_role("link", name="Inbox").click()
    expect(page.locator(".lockscreen .subject").first).to_have_text("A quiet week")


def test_who_leaves_with_words_that_are_not_saved_is_asked_first(opened: Opened) -> None:
    page = opened()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#note").press_sequentially("Not yet saved.")
    page.get_by_role("link", name="Publish now…").click(no_wait_after=True)
    expect(page.locator("#note")).to_have_value("Not yet saved.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    page.get_by_role("link", name="Publish now…").click()
    page.wait_for_url("**/publish")
    assert asked == ["beforeunload"]


def test_the_note_can_be_looked_at_before_it_is_saved(desk: Running, opened: Opened) -> None:
    page = opened()
    page.fill("#note", "An *unsaved* word <script>alert(1)</script>")
    page.get_by_role("button", name="Preview", exact=True).click()
    shown = page.frame_locator("#note-preview")
    expect(shown.locator("em")).to_have_text("unsaved")
    expect(shown.get_by_text("<script>alert(1)</script>")).to_be_visible()
    assert not next_md(desk).exists()


def test_pin_hold_and_release(desk: Running, opened: Opened) -> None:
    page = opened()
    mice = row(page, "Where the messenger IL-6")
    mice.get_by_role("button", name="Pin to top").click()
    expect(page.locator(".rows > li").first).to_contain_text("Where the messenger IL-6")
    expect(page.locator(".rows > li").first.locator(".chip")).to_have_text("pinned")
    assert "pin:\n  - sample-il6-mice\n" in next_md(desk).read_text()

    cells = row(page, "The cold-sore virus")
    cells.get_by_text("Hold…").click()
    cells.get_by_label("Reason").fill("the paper is under review: wait")
    cells.get_by_role("button", name="Hold:").or_(
        cells.get_by_role("button", name="Hold", exact=True)
    ).click()
    held = unfold(page, "held").locator("li", has_text="The cold-sore virus")
    expect(held).to_contain_text("held by the editor: the paper is under review: wait")
    assert "under review: wait" in next_md(desk).read_text()

    held.get_by_role("button", name="Release").click()
    expect(page.locator("section[data-live=taken] li", has_text="The cold-sore")).to_be_visible()
    assert "hold:" not in next_md(desk).read_text()


def test_a_summary_is_dragged_to_the_top(desk: Running, opened: Opened) -> None:
    # Tall enough to need no scrolling amid a drag.
    page = opened(viewport={"width": 1280, "height": 2000})
    rows = page.locator("section[data-live=taken] .rows > li")
    fourth = rows.nth(3).locator(".headline").inner_text()
    rows.nth(3).locator(".quiet").drag_to(rows.nth(0).locator(".quiet"))
    expect(rows.nth(0).locator(".headline")).to_have_text(fourth)
    fifth = rows.nth(4).locator(".headline").inner_text()
    rows.nth(4).locator(".quiet").drag_to(rows.nth(0).locator(".quiet"))
    expect(rows.nth(0).locator(".headline")).to_have_text(fifth)
    expect(rows.nth(1).locator(".headline")).to_have_text(fourth)
    assert next_md(desk).read_text().count("\n  - ") == 2


def test_each_summary_says_why_it_is_here_or_waits(opened: Opened) -> None:
    page = opened()
    first = page.locator("section[data-live=taken] .rows > li").first
    first.get_by_text("Why?", exact=True).click()
    expect(first).to_contain_text("published 2026-11-19, not after the cutoff 2026-11-30 08:00")
    held = unfold(page, "held").locator("li").first
    expect(held).to_contain_text("2099")


def test_a_stale_save_shows_both_and_overwrites_nothing(desk: Running, opened: Opened) -> None:
    page = opened()
    page.fill("#note", "Mine.")
    desk.home.records.mkdir(exist_ok=True)
    theirs = "---\nissue: 1\n---\nTheirs.\n"
    next_md(desk).write_text(theirs)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "issues/next.md was changed meanwhile"
    )
    expect(page.get_by_text("Theirs.")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Mine.")
    assert next_md(desk).read_text() == theirs
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("Saved to issues/next.md.")).to_be_visible()
    assert "Mine." in next_md(desk).read_text()


def test_two_tabs_cannot_overwrite_each_other(desk: Running, opened: Opened) -> None:
    one, two = opened(), opened()
    one.fill("#note", "From the first tab.")
    two.fill("#note", "From the second tab.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.get_by_text("Saved to issues/next.md.")).to_be_visible()
    # What somebody types is never taken away by what others save.
    expect(two.locator("#live")).to_contain_text("what you are writing is kept")
    expect(two.locator("#note")).to_have_value("From the second tab.")
    two.get_by_role("button", name="Save", exact=True).click()
    expect(two.get_by_role("heading", level=1)).to_contain_text("changed meanwhile")
    assert "From the first tab." in next_md(desk).read_text()


def test_what_was_written_survives_a_file_that_cannot_be_understood(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    page.fill("#note", "Long and dear to me.")
    desk.home.records.mkdir(exist_ok=True)
    next_md(desk).write_text("---\nissue: soon\n---\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("issues/next.md:2", exact=True).first).to_be_visible()
    expect(page.locator("#note")).to_have_value("Long and dear to me.")
    assert next_md(desk).read_text() == "---\nissue: soon\n---\n"


def test_what_is_written_ahead_for_a_later_issue_is_not_thrown_away(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    desk.home.records.mkdir(exist_ok=True)
    ahead = "---\nissue: 2\nsubject: In a week\n---\nWritten *ahead*.\n"
    next_md(desk).write_text(ahead)
    page.locator(".rows > li").nth(2).get_by_role("button", name="Pin to top").click()
    expect(page.get_by_text("it is for issue 2, and the next is 1").first).to_be_visible()
    page.goto(desk.url)
    page.fill("#note", "Of today.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("it is for issue 2, and the next is 1").first).to_be_visible()
    expect(page.locator("#note")).to_have_value("Of today.")
    assert next_md(desk).read_text() == ahead


def test_a_page_from_before_a_restart_is_told_how_to_keep_its_words(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    page.evaluate("document.querySelectorAll('[name=token]').forEach(one => one.value = 'old')")
    page.fill("#note", "Typed before.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This form is from before the desk was restarted")).to_be_visible()
    expect(page.get_by_label("The note")).to_have_value("Typed before.")
    assert not next_md(desk).exists()


def test_what_was_typed_survives_the_file_itself(desk: Running, opened: Opened) -> None:
    path = desk.home.root / "summaries" / "il6-mice.md"
    page = opened("/summary?place=summaries/il6-mice.md&as=text")
    path.unlink()
    page.locator("#text").fill("Typed for an hour.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Typed for an hour.")
    assert not path.exists()


@pytest.mark.parametrize("digits", [300, 5000])
def test_numbers_that_no_issue_has_are_answered_in_one_line(
    desk: Running, opened: Opened, digits: int
) -> None:
    page = opened("/robots.txt")
    number = "9" * digits
    for path in (f"/issues/{number}", f"/issues/{number}/files/digest.html"):
        assert page.request.get(desk.url + path).status == 409
    compared = page.request.get(f"{desk.url}/?view=compare&against={number}")
    assert "This is the first issue" in compared.text() or "no such issue" in compared.text()


def test_a_desk_that_cannot_watch_its_files_says_so_and_goes_on(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> object:
        raise OSError("inotify watch limit reached")

    monkeypatch.setattr("msnewsletter.web.desk.live_preview.awatch", exhausted)
    with running(sample_home(tmp_path / "home"), NOW) as desk:
        page = patient_page(browser)
        page.goto(desk.url)
        expect(page.get_by_text("changes of files are seen only every 30 seconds")).to_be_visible()
        page.locator(".rows > li").nth(2).get_by_role("button", name="Pin to top").click()
        expect(page.locator(".rows > li").first.locator(".chip")).to_have_text("pinned")
        page.close()


def test_a_summary_is_edited_in_a_form_that_keeps_all_else(desk: Running, opened: Opened) -> None:
    path = desk.home.root / "summaries" / "il6-mice.md"
    path.write_text(path.read_text().replace("---\nkey", "---\n# ours\nkey", 1))
    before = path.read_text()
    page = opened()
    page.get_by_role("link", name=re.compile("Where the messenger IL-6")).click()
    page.get_by_label("Studied in").fill("mice: 24 of them")
    page.get_by_label("DOI").fill("10.1000/il6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved to summaries/il6-mice.md.")).to_be_visible()
    after = path.read_text()
    assert after == before.replace("studied_in: mice", 'studied_in: "mice: 24 of them"').replace(
        "reviewed_on: 2026-10-30\n", "reviewed_on: 2026-10-30\ndoi: 10.1000/il6\n"
    )


def test_a_summary_that_does_not_read_is_not_saved_and_no_word_is_lost(
    desk: Running, opened: Opened
) -> None:
    path = desk.home.root / "summaries" / "il6-mice.md"
    before = path.read_bytes()
    page = opened("/summary?place=summaries/il6-mice.md")
    page.get_by_label("Published").fill("2026-02-30")
    page.get_by_label("Journal", exact=True).fill("Another: journal")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("summaries/il6-mice.md:")
    expect(page.get_by_role("alert")).to_contain_text("2026-02-30")
    expect(page.get_by_label("Journal", exact=True)).to_have_value("Another: journal")
    assert path.read_bytes() == before


def test_a_summary_changed_meanwhile_is_not_overwritten(desk: Running, opened: Opened) -> None:
    path = desk.home.root / "summaries" / "il6-mice.md"
    page = opened("/summary?place=summaries/il6-mice.md&as=text")
    path.write_text(path.read_text().replace("Mice are not people", "Mice are small"))
    theirs = path.read_text()
    page.locator("#text").fill("mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The file was changed meanwhile")).to_be_visible()
    expect(page.get_by_role("region", name="The file as it is now")).to_contain_text("small")
    expect(page.locator("#text")).to_have_value("mine")
    assert path.read_text() == theirs


def test_an_approval_falls_with_one_changed_word(desk: Running, opened: Opened) -> None:
    settings = desk.home.settings
    settings.write_text(settings.read_text().replace('review = "none"', 'review = "required"'))
    page = opened()
    state = page.locator(".state .chip")
    expect(state).to_have_text("Waits")
    page.get_by_role("link", name="Approve").click()
    page.get_by_label("Your name").fill("B. Reader")
    page.get_by_role("button", name="I have read it and approve it").click()
    expect(page.get_by_text("Issue 1 is approved by B. Reader.")).to_be_visible()
    expect(state).to_have_text("Approved")
    path = desk.home.root / "summaries" / "il6-mice.md"
    path.write_text(path.read_text().replace("less ill", "less unwell"))
    expect(state).to_have_text("Waits")
    expect(page.locator(".state")).to_contain_text("changed since B. Reader approved it")


def test_an_approval_of_what_has_changed_meanwhile_is_refused(
    desk: Running, opened: Opened
) -> None:
    settings = desk.home.settings
    settings.write_text(settings.read_text().replace('review = "none"', 'review = "required"'))
    page = opened("/approve", java_script_enabled=False)
    button = page.get_by_role("button", name="I have read it and approve it")
    reload_until(page, lambda: bool(button.count()))
    write_summary(desk.home, "new-today")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("it has changed since you looked at it")


def test_publish_now_asks_once_and_says_where_it_lies(desk: Running, opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="Publish now").click()
    assert not desk.home.outbox.exists()
    page.get_by_role("button", name="Publish issue 1 now").click()
    expect(page.get_by_text("Issue 1 is published to the outbox.")).to_be_visible()
    expect(page.get_by_text("outbox/new/0001/")).to_be_visible()
    assert (desk.home.outbox / "new/0001/digest.eml").is_file()
    page.reload()
    assert sorted(path.name for path in (desk.home.outbox / "new").iterdir()) == ["0001"]
    page.get_by_role("link", name="Issues", exact=True).click()
    page.get_by_role("link", name="Issue 1").click()
    expect(
        page.get_by_text("every file is the same as what went out, byte for byte")
    ).to_be_visible()


def test_a_finding_that_blocks_stands_in_the_way(desk: Running, opened: Opened) -> None:
    page = opened()
    desk.home.records.mkdir(exist_ok=True)
    next_md(desk).write_text("---\nissue: 1\n---\nLorem ipsum. Dear readers.\n")
    expect(page.locator(".state .chip")).to_have_text("Blocked")
    page.get_by_role("link", name=re.compile("^Checks")).click()
    finding = page.locator(".findings.block li").first
    expect(finding).to_contain_text("orem")
    finding.get_by_role("link").click()
    expect(page.locator("textarea").first).to_have_value(re.compile("ipsum. Dear"))
    page.get_by_role("link", name="Publish now").click()
    expect(page.get_by_role("button", name=re.compile("Publish issue"))).to_have_count(0)
    assert not desk.home.outbox.exists()


def test_a_broken_template_names_its_line_and_the_last_good_preview_stays(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    expect(page.frame_locator("iframe.w600").get_by_role("heading", level=1)).to_be_visible()
    desk.home.templates.mkdir()
    (desk.home.templates / "digest.mjml.j2").write_text("<mjml>\n{% if %}\n</mjml>\n")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("templates/digest.mjml.j2:2")
    expect(alert).to_contain_text("the last good preview")
    expect(page.frame_locator("iframe.w600").get_by_role("heading", level=1)).to_be_visible()
    (desk.home.templates / "digest.mjml.j2").unlink()
    expect(alert).to_have_count(0)


def test_a_bad_word_of_the_glossary_is_named_as_soon_as_it_is_written(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    desk.home.glossary.write_text("## It\nA word.\n")
    to_correct = page.locator(".refused")
    expect(to_correct).to_contain_text("glossary.md:1: the term 'It' names a common word")
    desk.home.glossary.unlink()
    expect(to_correct).to_have_count(0)


def test_a_broken_summary_is_shown_with_its_line_and_leads_to_it(
    desk: Running, opened: Opened
) -> None:
    page = opened()
    write_summary(desk.home, "bad", published="31/12/2026")
    refused = unfold(page, "refused").locator("li", has_text="summaries/bad.md:3")
    expect(refused).to_be_visible()
    refused.get_by_role("link").click()
    expect(page.locator("textarea[data-line]")).to_be_focused()
    selected = page.evaluate(
        "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.activeElement)"
    )
    assert selected == "published: 31/12/2026"


@pytest.mark.parametrize("name", ["digest.html", "digest.txt", "digest-short.html", "digest.eml"])
def test_what_is_previewed_is_what_goes_out(desk: Running, opened: Opened, name: str) -> None:
    page = opened("/robots.txt")
    previewed = page.request.get(f"{desk.url}/preview/{name}").body()
    publish_due(desk.home, at=SLOT)
    assert (desk.home.outbox / "new/0001" / name).read_bytes() == previewed


def test_the_previewed_mail_looks_like_the_published_one(desk: Running, opened: Opened) -> None:
    page = opened("/?view=mail")
    # Once for the frames, once for the file itself: pixels, not markup.
    looks = {}
    for mode in ("light", "dark"):
        page.set_viewport_size({"width": 600, "height": 900})
        page.emulate_media(color_scheme="dark" if mode == "light" else "light")
        page.goto(f"{desk.url}/preview/digest.html?mode={mode}")
        looks[mode] = page.screenshot()
    publish_due(desk.home, at=SLOT)
    out = (desk.home.outbox / "new/0001/digest.html").as_uri()
    for mode, seen in looks.items():
        page.emulate_media(color_scheme=mode)
        page.goto(out)
        assert page.screenshot() == seen, mode
    assert looks["light"] != looks["dark"]


def test_looking_changes_nothing(tmp_path: Path, browser: Browser) -> None:
    home = sample_home(tmp_path / "home")
    publish_due(home, at=SLOT)  # before a desk reads: SQLite tidies up when the last one closes it
    write_summary(home, "later", published="2026-11-29")
    before = published_tree(home), home.database.read_bytes()
    with running(home, SLOT) as desk:
        page = patient_page(browser)
        for path in ("/", "/publish", "/approve", "/next", "/issues", "/issues/1"):
            page.goto(desk.url + path)
        for view in ("inbox", "text", "aloud", "source", "feeds", "pages", "compare", "checks"):
            page.goto(f"{desk.url}/?view={view}")
        page.context.close()
    assert (published_tree(home), home.database.read_bytes()) == before
