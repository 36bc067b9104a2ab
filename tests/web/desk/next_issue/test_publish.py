"""Before publishing the desk says what will happen, and after it that it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from delivering import Newsletter
from homes import empty_home, write_summary
from msnewsletter.subscribers.subscriber import SubscribedEdition
from web.desk.conftest import NOW
from web.desk.visiting import Visitor, desk_app

if TYPE_CHECKING:
    from pathlib import Path

DELIVER = '[smtp]\nhost = "127.0.0.1"\nport = 25\nsecurity = "none"\n\n[deliver]\nautomatic = {}'


def sentences(screen: str) -> list[str]:
    """The items of the list after `What happens then`, or of what was done."""
    begin = screen.find('class="happens"')
    part = screen[begin if begin >= 0 else screen.index('class="said') :]
    return re.findall(r"<li>(.*?)</li>", part[: part.index("</ul>")])


def newsletter(root: Path) -> Newsletter:
    home = empty_home(root)
    write_summary(home, "a")
    return Newsletter(home=home, now=NOW)


def test_who_gets_it_is_said_in_figures_before_and_after(tmp_path: Path) -> None:
    letter = newsletter(tmp_path)
    letter.set(DELIVER.format("true"))
    letter.subscribe("ada", "bo")
    letter.subscribe("cy", edition=SubscribedEdition.LOW_ENERGY)
    editor = Visitor(desk_app(letter.home, lambda: NOW))
    mail = [
        "Its mail goes at once to 3 readers: 'msnewsletter run' sends it.",
        "2 get the full edition and 1 gets the low-energy edition.",
    ]
    before = [
        *mail,
        "Pages and feeds change at once.",
        "This cannot be undone: what is in the outbox is sent.",
    ]
    form = editor.form("/publish", "/publish")
    assert [one.replace("&#39;", "'") for one in sentences(editor.read("/publish"))] == before
    done = editor.send("/publish", form)
    assert sentences(done) == [
        *mail,
        "Pages and feeds show it now; they are in outbox/site/.",
        "Its record is issues/0001.json.",
    ]
    assert '<a href="/issues/1">Look at issue 1</a>' in done
    assert '<a href="/send">See how sending stands</a>' in done


def test_without_a_sender_of_ours_the_outbox_is_named(tmp_path: Path) -> None:
    editor = Visitor(desk_app(newsletter(tmp_path).home, lambda: NOW))
    lies = "Its mail lies in outbox/new/0001/ until your mail system takes it."
    assert sentences(editor.read("/publish"))[0] == lies
    assert sentences(editor.send("/publish", editor.form("/publish", "/publish")))[0] == lies


def test_looking_changes_no_byte(tmp_path: Path) -> None:
    letter = newsletter(tmp_path)
    letter.set(DELIVER.format("true"))
    editor = Visitor(desk_app(letter.home, lambda: NOW))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for path in ("/publish", "/approve"):
        editor.read(path)
        assert editor.code == 200
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
