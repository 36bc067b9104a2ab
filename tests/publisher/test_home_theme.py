"""A theme that is set later shows on every page with the next publishing, and in no mail before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, copy_of, empty_home, tree, write_summary
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.site.site_state import site_state

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 {}L9 9"/></svg>'
THEME = '\n[theme]\naccent = ["#5b2a86", "#dcc2f7"]\nlogo = "logo.svg"\n'


def one_issue(root: Path) -> Home:
    home = empty_home(root)
    write_summary(home, "first")
    publish(home, at=AT)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(one_issue, tmp_path / "home")


def dress(home: Home, settings: str = THEME, svg: str = SVG.format(0)) -> None:
    home.settings.write_text(home.settings.read_text() + settings)
    home.templates.mkdir(exist_ok=True)
    (home.templates / "logo.svg").write_text(svg)


def test_a_logo_that_is_a_link_out_of_the_folder_is_refused(home: Home, tmp_path: Path) -> None:
    dress(home)
    (home.templates / "logo.svg").rename(tmp_path / "logo.svg")
    (home.templates / "logo.svg").symlink_to(tmp_path / "logo.svg")
    done = command(home, "check", "--at", "2026-11-23T09:00")
    assert "templates/logo.svg: is a link that leads out of its folder" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_pages_are_made_anew_and_what_was_mailed_stays(home: Home) -> None:
    mail = tree(home.outbox / "new", home.records)
    old = tree(home.site)
    dress(home)
    state = site_state(home, at=AT + HOUR)
    assert [name for name, _, _ in state.waiting] == ["theme"]
    shown = command(home, "status").stdout
    assert "The site shows other settings than newsletter.toml has:" in shown
    done = command(home, "publish", "--site", "--at", "2026-11-23T09:00")
    assert done.returncode == 0, done.stderr
    new = tree(home.site)
    assert all(b"<svg" in data for name, data in new.items() if name.endswith("/first.html"))
    pages = [name for name in old if name.endswith(".html") and not name.endswith("latest.html")]
    assert not [name for name in pages if b'class="logo"' not in new[name]]
    assert b"#5b2a86" in new["site/style.css"]
    assert tree(home.outbox / "new", home.records) == mail
    assert not site_state(home, at=AT + HOUR).waits


def test_another_drawing_under_the_same_name_is_another_theme(home: Home) -> None:
    dress(home)
    publish(home, at=AT + HOUR)
    write_summary(home, "second")
    publish(home, at=AT + 2 * HOUR)
    assert not site_state(home, at=AT + 2 * HOUR).waits
    (home.templates / "logo.svg").write_text(SVG.format(5))
    assert site_state(home, at=AT + 2 * HOUR).waits


def test_an_approval_of_another_look_counts_no_more(home: Home) -> None:
    write_summary(home, "second")
    before = next_issue_preview(home, at=AT + HOUR).content
    dress(home)
    assert next_issue_preview(home, at=AT + HOUR).content != before
    with looking(home, at=AT) as session:
        assert session.frame.theme == session.theme.digest != ""


@pytest.mark.parametrize(
    ("svg", "says"),
    [
        (None, "templates/logo.svg: there is no such file; put it there, or remove theme.logo"),
        ("<svg/>", "templates/logo.svg: it is no SVG picture"),
        (SVG.replace("<path", "<script/><path"), "templates/logo.svg: it holds <script>, which no"),
    ],
)
def test_a_logo_that_cannot_be_used_stops_the_issue_in_one_line(
    home: Home, svg: str | None, says: str
) -> None:
    dress(home, svg=svg or "")
    if svg is None:
        (home.templates / "logo.svg").unlink()
    write_summary(home, "second")
    for words in (("publish", "--at", "2026-11-30T08:00"), ("status",)):
        done = command(home, *words)
        assert done.returncode in {0, 1}
        assert says in done.stdout + done.stderr, words
        assert "Traceback" not in done.stderr
    assert not (home.outbox / "new" / "0002").exists()


def test_the_file_of_the_logo_is_no_template_and_in_every_backup(home: Home) -> None:
    dress(home)
    assert "logo" not in command(home, "check").stderr
    done = command(home, "backup", str(home.root.parent / "b.zip"))
    assert done.returncode == 0, done.stderr
    restored = home.root.parent / "restored"
    done = command(home, "restore", str(home.root.parent / "b.zip"), str(restored))
    assert (restored / "templates" / "logo.svg").read_text() == SVG.format(0)
