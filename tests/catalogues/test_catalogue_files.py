"""The catalogues say all that templates and code say, and nothing else; and what they say fits."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from catalogues.every_view import templates
from msnewsletter.catalogues.catalogue_files import FOLDER, catalogue_for, languages, words_in
from msnewsletter.catalogues.own_words import ENGLISH, fill, parted
from msnewsletter.render.jinja import environment
from msnewsletter.render.mail.render import render_mail
from render.mail.samples import SUMMARIES, issue_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from babel.messages.catalog import Catalog, Message

FILES = sorted(FOLDER.glob("*.po"))
_TAG = re.compile(r"<[^>]*>")
# Names of formats, which are the same in every language.
_NAMES = re.compile(r"\b(?:JSON Feed|Atom)\b")


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    """tools/update_catalogues.py."""
    spec = importlib.util.spec_from_file_location(
        "update_catalogues", root / "tools" / "update_catalogues.py"
    )
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (one for one in _read(file.read(), path.stem) if one.id)


def _read(data: bytes, language: str) -> Catalog:
    return read_po(data.decode().splitlines(keepends=True), locale=language.replace("-", "_"))


def places_of(text: str) -> list[str]:
    """The names of the places for values, in order."""
    return [name for _, name in parted(text) if name]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_catalogue_has_what_templates_and_code_say_and_nothing_else(
    tool: ModuleType, path: Path
) -> None:
    said = {forms(one.id) for one in tool.said(path.stem) if one.id}
    assert {forms(one.id) for one in messages(path)} == said, "run `make words`"
    assert len(said) > 300


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_brought_up_to_date_keeps_its_translations(tool: ModuleType, path: Path) -> None:
    again = _read(tool.brought_up(path), path.stem)
    assert {forms(one.id): forms(one.string) for one in again if one.id} == {
        forms(one.id): forms(one.string) for one in messages(path)
    }


def test_a_new_language_begins_with_everything_to_translate(
    tool: ModuleType, tmp_path: Path
) -> None:
    begun = _read(tool.brought_up(tmp_path / "pl.po"), "pl")
    assert begun.num_plurals == 3
    assert {forms(one.id) for one in begun if one.id} == {
        forms(one.id) for one in messages(FOLDER / "de.po")
    }
    assert not any(any(forms(one.string)) for one in begun if one.id)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_is_translated_in_all_its_forms(path: Path) -> None:
    count = _read(path.read_bytes(), path.stem).num_plurals
    for one in messages(path):
        translated = forms(one.string)
        assert all(text.strip() for text in translated), one.id
        assert len(translated) == (count if one.pluralizable else 1), one.id
        assert not one.fuzzy, one.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_has_the_places_and_the_markup_of_its_english(path: Path) -> None:
    for one in messages(path):
        english, translated = forms(one.id), forms(one.string)
        for text in translated:
            # A form for one number alone may leave the number out.
            assert set(places_of(text)) <= set(places_of(english[-1])), text
            assert sorted(_TAG.findall(text)) == sorted(_TAG.findall(english[-1])), text
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
                re.findall(r"\{\w+\}", english[0])
            )
            assert text == text.strip(), text
        assert sorted(places_of(translated[-1])) == sorted(places_of(english[-1])), one.id


def test_german_has_its_own_quotation_marks() -> None:
    for one in messages(FOLDER / "de.po"):
        for text in forms(one.string):
            left = re.sub("„[^“”]*“", "", _TAG.sub("", text))
            assert set(left).isdisjoint("„“”\"'"), text


def test_templates_say_nothing_beside_the_catalogues() -> None:
    env = environment(templates())
    for name, text in templates().items():
        if name.endswith(".css.j2") or name == "digest/dark.mjml.j2":
            continue
        shown = re.sub("<style>.*?</style>", "", text, flags=re.DOTALL)
        for data in env.parse(shown).find_all(nodes.TemplateData):
            told = " ".join(_told(data.data))
            assert not re.search(r"[^\W\d_]{2}", _NAMES.sub("", told)), f"{name}: {told.strip()}"


def _told(markup: str) -> Iterator[str]:
    """What a piece of a template tells a reader: between tags, and in attributes that are read."""
    whole = f"x>{markup}<x"  # a piece may begin or end within a tag
    yield from re.findall(r'(?:aria-label|alt|placeholder)="([^"]*)"', whole)
    if "<" in markup or ">" not in markup:
        yield from re.findall(r">([^<>]*)<", whole) if "<" in markup else ()


def test_the_words_are_those_of_the_language_or_of_less_of_it() -> None:
    assert languages() == ("de", "en")
    assert [catalogue_for(one) for one in ("de", "de-AT", "DE-1996", "en-GB", "ar", "deu")] == [
        *("de", "de", "de", "en"), None, None,
    ]  # fmt: skip
    assert words_in("de-CH").language == "de"
    assert words_in("de-CH").say("Unsubscribe") == "Abmelden"
    assert words_in("tlh") is ENGLISH


def test_a_count_decides_the_form_and_may_be_in_words() -> None:
    pair = "%(number)s study", "%(number)s studies"
    german = words_in("de")
    assert [ENGLISH.say_many(*pair, count) for count in (0, 1, 2)] == [
        *("0 studies", "1 study", "2 studies"),
    ]
    assert [german.say_many(*pair, count) for count in (0, 1, 2)] == [
        *("0 Studien", "1 Studie", "2 Studien"),
    ]
    assert german.say_many(*pair, 8, number=german.spelled(8)) == "acht Studien"
    assert [ENGLISH.spelled(count) for count in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]


def test_dates_are_written_as_the_language_writes_them() -> None:
    day = date(2026, 5, 3)
    for words, said in (
        (ENGLISH, ("3 May 2026", "3 May", "May 2026", "May")),
        (words_in("de"), ("3. Mai 2026", "3. Mai", "Mai 2026", "Mai")),
    ):
        dates = words.dates
        ways = (dates.day, dates.day_within, dates.month, dates.month_within)
        assert tuple(way(day) for way in ways) == said


def test_a_place_takes_text_as_it_is_and_no_format() -> None:
    assert fill("%(a)s and %(b)s: 100%%", {"a": "%(b)s", "b": "<2>"}) == "%(b)s and <2>: 100%"
    assert fill("%(a)999999s 5% more", {"a": "x"}) == "%(a)999999s 5% more"
    with pytest.raises(KeyError):
        fill("%(a)s", {})
    assert parted("In “%(headline)s” we") == [("In “", "headline"), ("” we", "")]


def test_an_english_newsletter_starts_without_babel() -> None:
    program = (
        "import sys; from msnewsletter.render.mail import render; "
        "from msnewsletter.catalogues.catalogue_files import words_in; "
        "words_in('en-GB').say('Unsubscribe'); "
        "sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_homes_own_template_needs_no_marks_and_may_have_them() -> None:
    issue = issue_of(*SUMMARIES[:1], language="de", words="de")
    plain = templates()["digest/footer.txt.j2"].replace('{{ _("Without mail:") }}', "Without mail:")
    own = "{{ _('Unsubscribe') }}, {% trans n=2 %}%d {{ n }} mine{% endtrans %}"
    text = render_mail(issue, {**templates(), "digest/footer.txt.j2": plain + own}).text.decode()
    assert "Without mail: RSS-Feed" in text
    assert text.endswith("Abmelden, %d 2 mine")
