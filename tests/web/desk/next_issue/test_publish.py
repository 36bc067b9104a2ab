"""Before publishing the desk says what will happen, and after it that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivering import Newsletter
from homes import empty_home, write_summary
from msnewsletter.subscribers.subscriber import SubscribedEdition
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient, Screen

if TYPE_CHECKING:
    from pathlib import Path

DELIVER = '[smtp]\nhost = "127.0.0.1"\nport = 25\nsecurity = "none"\n\n[deliver]\nautomatic = {}'


def sentences(screen: Screen) -> list[str]:
    """The items of the list after `What happens then`, or of what was done."""
    found = screen.tree.find_class("happens") or screen.tree.find_class("said")
    return [" ".join(one.text_content().split()) for one in found[0].iter("li")]


def newsletter(root: Path) -> Newsletter:
    home = empty_home(root)
    write_summary(home, "a")
    return Newsletter(home=home, now=NOW)


def test_who_gets_it_is_said_in_figures_before_and_after(tmp_path: Path) -> None:
    letter = newsletter(tmp_path)
    letter.set(DELIVER.format("true"))
    letter.subscribe("ada", "bo")
    letter.subscribe("cy", edition=SubscribedEdition.LOW_ENERGY)
    editor = DeskClient(letter.home, NOW)
    mail = [
        "Its mail goes at once to 3 readers: 'msnewsletter run' sends it.",
        "2 get the full edition and 1 gets the low-energy edition.",
    ]
    before = [
        *mail,
        "Pages and feeds change at once.",
        "This cannot be undone: what is in the outbox is sent.",
    ]
    asked = editor.get("/publish")
    assert sentences(asked) == before
    done = editor.post("/publish", asked.fields("/publish"))
    assert sentences(done) == [
        *mail,
        "Pages and feeds show it now; they are in outbox/site/.",
        "Its record is issues/0001.json.",
    ]
    assert done.links("Look at issue 1") == ["/issues/1"]
    assert done.links("See how sending stands") == ["/send"]


def test_without_a_sender_of_ours_the_outbox_is_named(tmp_path: Path) -> None:
    editor = DeskClient(newsletter(tmp_path).home, NOW)
    lies = "Its mail lies in outbox/new/0001/ until your mail system takes it."
    asked = editor.get("/publish")
    assert sentences(asked)[0] == lies
    assert sentences(editor.post("/publish", asked.fields("/publish")))[0] == lies


def test_looking_changes_no_byte(tmp_path: Path) -> None:
    letter = newsletter(tmp_path)
    letter.set(DELIVER.format("true"))
    editor = DeskClient(letter.home, NOW)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for path in ("/publish", "/approve"):
        assert editor.get(path).status == 200
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_publish_now_asks_once_and_says_where_it_lies(tmp_path: Path) -> None:
    home = newsletter(tmp_path).home
    editor = DeskClient(home, NOW)
    (asking,) = editor.get("/").links("Publish now…")
    asked = editor.get(asking)
    assert not home.outbox.exists()
    done = editor.post("/publish", asked.fields("/publish"))
    assert "Issue 1 is published to the outbox." in done.words
    assert (home.outbox / "new/0001/digest.eml").is_file()
    editor.get(done.address)  # loaded again
    assert sorted(path.name for path in (home.outbox / "new").iterdir()) == ["0001"]
    issue = editor.get(editor.get("/issues").links("Issue 1")[0])
    assert "every file is the same as what went out, byte for byte" in issue.words


def test_a_finding_that_blocks_stands_in_the_way_and_leads_to_the_note(tmp_path: Path) -> None:
    home = newsletter(tmp_path).home
    home.records.mkdir(exist_ok=True)
    home.next_issue.write_text("---\nissue: 1\n---\nLorem ipsum. Dear readers.\n")
    editor = DeskClient(home, NOW)
    checks = editor.get("/?view=checks")
    assert "Blocked" in checks.tree.find_class("state")[0].text_content()
    finding = checks.tree.xpath("//*[contains(@class, 'block')]//li")[0]
    assert "orem" in finding.text_content()
    (line,) = finding.xpath(".//a/@href")
    assert "ipsum. Dear" in editor.get(line).tree.xpath("//textarea")[0].text
    asked = editor.get("/publish")
    assert asked.tree.xpath("//form[@action='/publish']") == []
    [finding] = asked.tree.xpath("//main//*[contains(@class, 'block')]//li")
    assert line in finding.xpath(".//a/@href")
    assert not home.outbox.exists()
