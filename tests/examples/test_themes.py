"""The example themes are whole: mail, pages and door in them can be read, and load nothing.

axe-core looks at each in Chromium: light, dark, and 320 pixels wide.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homes import AT, sample_home, tree
from msnewsletter import urls
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.own_templates.sample_issue import sample_issue
from msnewsletter.publisher.own_templates.template_check import check_templates
from msnewsletter.publisher.own_templates.template_views import door_views
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings
from msnewsletter.theme.palette import DARK, LIGHT, Mode
from render.mail.test_judged import looks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home

EXAMPLES = Path(__file__).parents[2] / "examples" / "themes"
THEMES = sorted(one.name for one in EXAMPLES.iterdir() if one.is_dir())
PAGES = ("index.html", "issues/0001.html")


def dressed(home: Home, name: str) -> Home:
    """The home in an example's theme, put in as its README says."""
    text = (EXAMPLES / name / "theme.toml").read_text()
    home.settings.write_text(home.settings.read_text() + "\n" + text)
    shutil.copytree(EXAMPLES / name / "templates", home.templates, dirs_exist_ok=True)
    return home


@pytest.fixture(scope="module", params=THEMES)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = dressed(sample_home(tmp_path_factory.mktemp("themes") / "home"), request.param)
    publish(home, at=AT)
    return home


def door_of(home: Home) -> Mapping[str, bytes]:
    settings = load_settings(home.settings)
    templates = load_templates(home, home_theme(home, settings))
    found: dict[str, bytes] = {}
    for view in door_views(sample_issue(settings.masthead()), templates):
        found |= view.files()
    return found


def test_axe_finds_nothing_and_nothing_comes_from_elsewhere(
    home: Home, root: Path, tmp_path: Path
) -> None:
    door = door_of(home)
    (tmp_path / "subscribe.html").write_bytes(door["door/subscribe.html"])
    (tmp_path / urls.DOOR_STYLE).parent.mkdir()
    (tmp_path / urls.DOOR_STYLE).write_bytes(door["door/style.css"])
    mail = [str(home.outbox / "new/0001" / name) for name in ("digest.html", "digest-short.html")]
    pages = [str(home.site / name) for name in PAGES]
    for look in looks_of(root, [*mail, *pages, str(tmp_path / "subscribe.html")]):
        assert look["violations"] == [], (look["url"], look["look"])
        assert not look["scrolls_sideways"], (look["url"], look["look"])
        assert all(address.startswith("file://") for address in look["asked"])


def test_its_templates_and_colours_have_no_problem(home: Home) -> None:
    assert check_templates(home, at=AT).problems == ()


def test_no_colour_of_the_program_s_is_left_that_the_theme_replaces(home: Home) -> None:
    theme = home_theme(home, load_settings(home.settings))
    replaced = {
        old
        for mode, palette in ((Mode.LIGHT, LIGHT), (Mode.DARK, DARK))
        for name, old in palette.items()
        if old not in theme.palette(mode).values()
    }
    files = tree(home.outbox) | door_of(home)
    shown = {name: data for name, data in files.items() if name.endswith((".html", ".css", ".svg"))}
    for name, data in shown.items():
        left = [one for one in replaced if one.encode() in data]
        assert not left, name
    accent = theme.palette(Mode.LIGHT)["accent"].encode()
    for name in ("outbox/new/0001/digest.html", "outbox/site/style.css", "outbox/site/icon.svg"):
        assert accent in files[name]
    assert accent in files["outbox/site/feed.css"]


def test_the_logo_is_a_drawing_on_pages_and_text_in_mail(home: Home) -> None:
    files, settings = tree(home.outbox), load_settings(home.settings)
    assert settings.theme
    text = settings.theme.logo_text
    for page in ("index.html", "issues/0001.html"):
        html = files[f"outbox/site/{page}"].decode()
        assert html.count('<span class="logo" aria-hidden="true"><svg ') == 1
        assert text not in html
    assert b'<span class="logo" aria-hidden="true"><svg ' in door_of(home)["door/subscribe.html"]
    for name in ("digest.html", "digest-short.html"):
        html = files[f"outbox/new/0001/{name}"].decode()
        assert f'aria-hidden="true">{text}</p>' in html
        assert "<svg" not in html


def test_what_the_readme_says_is_what_there_is() -> None:
    assert THEMES == ["dusk"]
    readme = (EXAMPLES / "dusk" / "README.md").read_text()
    for path in (EXAMPLES / "dusk").rglob("*.*"):
        assert path.name == "README.md" or path.name in readme
    tomllib.loads((EXAMPLES / "dusk" / "theme.toml").read_text())
