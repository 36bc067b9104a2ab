"""Colours and typefaces are taken as they are meant, or refused with the line and a remedy."""

from __future__ import annotations

import re

import pytest

from msnewsletter.errors import SettingsError
from msnewsletter.home import packaged_home
from msnewsletter.settings import parse_settings
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME
from msnewsletter.theme.palette import Mode

TEXT = (packaged_home() / "newsletter.toml").read_text()
LINE = TEXT.count("\n") + 3


def themed(lines: str) -> str:
    return f"{TEXT}\n[theme]\n{lines}\n"


def refusal(lines: str) -> str:
    with pytest.raises(SettingsError) as refused:
        parse_settings(themed(lines))
    return str(refused.value)


def test_without_the_section_the_theme_is_the_program_s() -> None:
    assert parse_settings(TEXT).theme is None
    section = parse_settings(themed("")).theme
    assert section
    assert section.theme() == DEFAULT_THEME
    assert (DEFAULT_THEME.digest, section.theme().digest) == ("", "")


def test_what_is_set_takes_the_place_of_the_program_s_and_nothing_else_does() -> None:
    section = parse_settings(themed('accent = ["#5B2A86", "#dcf"]\nheadings = "verdana"')).theme
    assert section
    theme = section.theme()
    usual = DEFAULT_THEME.palette(Mode.LIGHT)
    assert dict(theme.palette(Mode.LIGHT)) == {**usual, "accent": "#5b2a86"}
    assert theme.palette(Mode.DARK)["accent"] == "#ddccff"
    assert theme.headings.startswith("Verdana")
    assert theme.body == DEFAULT_THEME.body
    assert re.fullmatch(r"[0-9a-f]{8}", theme.digest)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            'accent = ["#77aabb", "#9bd7e6"]',
            (
                "theme.accent: accent on sheet has a contrast of 2.54 to 1 in the light mode, and "
                "7 is the least; write '#3b545c' there, the nearest that passes"
            ),
        ),
        (
            'accent = ["#0b4a5a", "#2b6777"]',
            (
                "theme.accent: accent on sheet has a contrast of 2.55 to 1 in the dark mode, and "
                "7 is the least; write "
            ),
        ),
        (
            'page = ["#c0c0c0", "#15181b"]',
            "theme.page: quiet on page has a contrast of 4.99 to 1 in the light mode",
        ),
        (
            'text = ["#1c2024", "#f1f2f3"]\npage = ["#777777", "#15181b"]',
            (
                "theme.text: text on page has a contrast of 3.66 to 1 in the light mode, and "
                "7 is the least; choose another text and page"
            ),
        ),
        ('accent = ["red", "#9bd7e6"]', "theme.accent = 'red': it is no colour; write it as"),
        (
            'accent = "#0b4a5a"',
            "theme.accent = '#0b4a5a': these are not two colours",
        ),
        ('accent = ["#0b4a5a"]', "theme.accent = ['#0b4a5a']: these are not two"),
        ('accnt = ["#0b4a5a", "#9bd7e6"]', "there is no setting 'theme.accnt'; did you mean"),
        ('body = "Comic Sans"', "theme.body = 'Comic Sans': "),
        ('logo = "../secret.svg"', "theme.logo = '../secret.svg': it is not the name of an SVG"),
        ('logo = "logo.png"', "theme.logo = 'logo.png': it is not the name of an SVG file"),
        ('logo_text = "a name that is much too long"', "theme.logo_text = "),
        ('logo_text = ""', "theme.logo_text = '': is empty"),
    ],
)
def test_what_readers_could_not_read_or_nobody_meant_is_one_line(lines: str, says: str) -> None:
    said = refusal(lines)
    assert says in said
    assert "\n" not in said
    assert said.startswith(f"newsletter.toml:{LINE}: ")
