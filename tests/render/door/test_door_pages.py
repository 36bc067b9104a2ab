"""The door's pages: plain, in the newsletter's languages, and safe whatever was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from homes import empty_home
from msnewsletter.home import packaged_home
from msnewsletter.publisher.templates import load_templates, read_templates
from msnewsletter.render.door.door_pages import (
    DoorMessage,
    DoorPages,
    FormFill,
    PageLink,
    consent_words,
)
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Masthead

MASTHEAD = load_settings(packaged_home() / "newsletter.toml").masthead()
TEMPLATES = read_templates(packaged_home() / "templates")


def pages(masthead: Masthead = MASTHEAD, *, own: str | None = None) -> DoorPages:
    words = consent_words(masthead, own)
    return DoorPages(masthead, words, privacy="https://example.org/p", templates=TEMPLATES)


def every_page(door: DoorPages) -> list[str]:
    back = PageLink(path="come-back/t", label="Back")
    said = DoorMessage(title="Done", lines=("One.", "Two."), button=back, links=(back,))
    made = (
        door.sign_up(form="f"),
        door.ask_for_link(form="f"),
        door.confirm("t"),
        door.preferences("t", edition=SubscribedEdition.LOW_ENERGY, paused_until=date(2027, 2, 3)),
        door.unsubscribe("t"),
        door.message(said),
    )
    return [one.decode() for one in made]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.names.append(tag)


def tags(text: str) -> list[str]:
    reader = Tags()
    reader.feed(text)
    return reader.names


def test_the_sign_up_page_says_what_is_kept_and_what_it_reveals() -> None:
    text = " ".join(pages().sign_up(form="f").decode().split())
    for said in (
        "Your address, the mail you chose, and when you agreed to which words",
        "may say something about your health",
        "You can leave at any time",
        "removed within 7 days",
        'href="https://example.org/p"',
        "Yes, send me Plain Research Notes by e-mail.",
    ):
        assert said in text


def test_what_was_typed_comes_back_as_text_alone() -> None:
    fill = FormFill(address='"><script>x</script>', edition="low-energy", problem="<b>no</b>")
    text = pages().sign_up(form="f", fill=fill).decode()
    assert "script" not in tags(text)
    assert 'value="low-energy" checked' in text


@settings(max_examples=50, deadline=None)
@given(typed=st.text(max_size=60), form=st.text(max_size=60))
def test_nothing_that_is_typed_changes_the_page(typed: str, form: str) -> None:
    door = pages()
    fill = FormFill(address=typed, edition=typed, problem="no")
    plain = FormFill(address="a", edition="a", problem="no")
    assert tags(door.sign_up(form=form, fill=fill).decode()) == tags(
        door.sign_up(form="f", fill=plain).decode()
    )


def test_own_words_are_marked_as_english_and_the_editors_as_theirs() -> None:
    arabic = replace(MASTHEAD, language="ar", title="ملاحظات", description="دراسات")
    for text in every_page(pages(arabic)):
        assert '<html lang="ar" dir="rtl">' in text
        assert '<main id="main" lang="en" dir="ltr">' in text
    own = pages(arabic, own="أرسلوا {title}").confirm("t").decode()
    assert '<p lang="ar">أرسلوا ملاحظات</p>' in own or 'lang="ar"' in own


def test_other_words_have_another_digest() -> None:
    first, second = consent_words(MASTHEAD, "Yes to {title}."), consent_words(MASTHEAD, None)
    assert first.text == "Yes to Plain Research Notes."
    assert first.digest != second.digest
    assert (first.own, second.own) == (False, True)


def test_pages_load_nothing_but_their_stylesheet_and_run_nothing() -> None:
    for text in every_page(pages()):
        found = tags(text)
        assert not {"script", "img", "iframe", "style"} & set(found)
        assert found.count("link") == 1
        assert " style=" not in text


def test_a_home_may_replace_a_template(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    (home.templates / "door").mkdir(parents=True)
    (home.templates / "door" / "message.html.j2").write_text("<p>{{ title }}!</p>")
    door = DoorPages(
        MASTHEAD, consent_words(MASTHEAD, None), privacy=None, templates=load_templates(home)
    )
    assert door.message(DoorMessage(title="Done", lines=())) == b"<p>Done!</p>"
