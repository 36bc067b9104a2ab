"""`import`: files in the summaries folder, and nothing that an editor changed is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from fetched_homes import fetched_summary
from homes import AT, command, empty_home, tree, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.import_summaries import (
    ImportOrder,
    ImportResult,
    import_summaries,
)
from msnewsletter.publisher.publish import publish
from sources.fetch.web_server import Answer, serving

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HEAD = "key,headline,found,why_it_matters,cautions,doi\n"


def row(key: str, found: str = "Some of it.", doi: str = "") -> str:
    return f"{key},What we know of {key}.,{found},It may help with {key}.,Small.,{doi}\n"


@dataclass
class Importing:
    """A home, a table, and what a person answers."""

    home: Home
    table: Path
    says: bool = True
    asked: list[ImportResult] = field(default_factory=list)

    def write(self, *rows: str) -> None:
        self.table.write_text(HEAD + "".join(rows))

    def run(self, *, dry_run: bool = False, into: Path | None = None) -> list[str]:
        """What became of each: its key and outcome, with a star where it was written."""

        def confirm(result: ImportResult) -> bool:
            self.asked.append(result)
            return self.says

        order = ImportOrder(places=(str(self.table),), dry_run=dry_run, into=into, confirm=confirm)
        return [
            f"{one.key}: {one.decision.outcome}{'*' * one.written}"
            if isinstance(one, ImportResult)
            else str(one)
            for one in import_summaries(self.home, order, now=lambda: AT)
        ]

    def files(self) -> dict[str, bytes]:
        return tree(self.home.root / "summaries")


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    return Importing(empty_home(tmp_path / "home"), tmp_path / "t.csv")


def test_headings_are_in_the_newsletter_s_language_and_another_one_is_no_change(
    importing: Importing,
) -> None:
    importing.write(row("a"), row("b"))
    assert importing.run() == ["a: new*", "b: new*"]
    b = importing.home.root / "summaries" / "what-we-know-of-b.md"
    b.write_text(b.read_text().replace("Some of it.", "Edited."))
    settings = importing.home.settings
    settings.write_text(settings.read_text().replace('language = "en"', 'language = "de"'))
    importing.write(row("a"), row("b"), row("c"))
    assert importing.run() == ["a: nothing new", "b: nothing new", "c: new*"]
    files = importing.files()
    assert b"\n## What was found\n" in files["summaries/what-we-know-of-a.md"]
    assert b"\n## Was wurde herausgefunden?\n" in files["summaries/what-we-know-of-c.md"]
    importing.write(row("a", "More of it."))
    assert importing.run() == ["a: changed*"]
    assert b"\n## Was wurde" in importing.files()["summaries/what-we-know-of-a.md"]


def test_each_summary_gets_a_file_that_is_collected(importing: Importing) -> None:
    importing.write(row("a"), row("b", '"One.\n\nTwo."'))
    assert importing.run() == ["a: new*", "b: new*"]
    assert sorted(importing.files()) == [
        "summaries/what-we-know-of-a.md",
        "summaries/what-we-know-of-b.md",
    ]
    collected = collect_now(importing.home, at=AT)
    assert not collected.refused
    assert {one.key: one.found for one, _ in collected.read} == {
        "a": "Some of it.",
        "b": "One.\n\nTwo.",
    }


def test_a_second_import_brings_nothing_new(importing: Importing) -> None:
    importing.write(row("a"), row("b"))
    importing.run()
    before = importing.files()
    for collected in (False, True):
        if collected:
            collect_now(importing.home, at=AT)
        assert importing.run() == ["a: nothing new", "b: nothing new"]
    assert importing.files() == before
    assert importing.asked == []


def test_a_change_where_it_came_from_is_shown_and_asked_about(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    importing.write(row("a", "More of it."))
    importing.says = False
    assert importing.run() == ["a: changed"]
    [asked] = importing.asked
    assert "-Some of it." in asked.diff
    assert "+More of it." in asked.diff
    importing.says = True
    assert importing.run() == ["a: changed*"]
    assert b"More of it." in importing.files()["summaries/what-we-know-of-a.md"]
    assert importing.run() == ["a: nothing new"]


def test_an_editor_s_change_stays_whatever_is_answered(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    path = importing.home.root / "summaries" / "what-we-know-of-a.md"
    edited = path.read_text().replace("Some of it.", "Most of it.")
    path.write_text(edited)
    assert importing.run() == ["a: nothing new"]
    importing.write(row("a", "More of it."))
    assert importing.run() == ["a: refused"]
    assert path.read_text() == edited
    assert importing.asked == []


def test_an_editor_s_own_file_of_the_key_is_left_alone(importing: Importing) -> None:
    path = write_summary(importing.home, "a")
    before = path.read_bytes()
    importing.write(row("a"), row("b"))
    assert importing.run() == ["a: refused", "b: new*"]
    assert path.read_bytes() == before


def test_without_the_memory_of_imports_every_file_is_the_editor_s(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    (importing.home.var / "imported.json").write_text("{")
    importing.write(row("a", "More of it."))
    assert importing.run() == ["a: refused"]


def test_a_file_that_was_removed_comes_again(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    collect_now(importing.home, at=AT)
    (importing.home.root / "summaries" / "what-we-know-of-a.md").unlink()
    assert importing.run() == ["a: new*"]


def test_a_renamed_file_is_known_by_its_key(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    path = importing.home.root / "summaries" / "what-we-know-of-a.md"
    path.rename(path.with_name("gut.md"))
    importing.write(row("a", "More of it."))
    assert importing.run() == ["a: changed*"]
    assert list(importing.files()) == ["summaries/gut.md"]


def test_two_of_one_headline_have_files_of_their_own(importing: Importing) -> None:
    importing.write(row("a"), row("a", "Other.").replace("a,", "b,", 1))
    assert importing.run() == ["a: new*", "b: new*"]
    assert len(importing.files()) == 2


def test_two_posts_of_one_address_never_take_each_other_s_file(importing: Importing) -> None:
    importing.table = importing.table.with_suffix(".xml")
    body = "<h2>What was found</h2><p>{0}.</p><h2>Why it matters</h2><p>It does.</p>"
    items = "".join(
        f"<item><title>Post {number}</title><link>https://x.example/p</link>"
        "<pubDate>Mon, 02 Nov 2026 10:00:00 +0000</pubDate>"
        f"<content:encoded><![CDATA[{body.format(word)}<h2>Cautions</h2><p>Few.</p>]]>"
        "</content:encoded><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
        for number, word in enumerate(("One", "Two"))
    )
    importing.table.write_text(
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>t</title>'
        f"<wp:wxr_version>1.2</wp:wxr_version>{items}</channel></rss>"
    )
    assert importing.run(dry_run=True) == ["x.example/p: new*", "x.example/p: refused"]
    assert importing.run() == ["x.example/p: new*", "x.example/p: refused"]
    before = importing.files()
    assert importing.run() == ["x.example/p: nothing new", "x.example/p: refused"]
    assert importing.files() == before
    assert importing.asked == []


@pytest.mark.parametrize("sent", [True, False])
def test_another_summary_of_a_study_is_written_only_if_somebody_says_so(
    importing: Importing, *, sent: bool
) -> None:
    write_summary(importing.home, "old", doi="10.1000/a")
    if sent:
        publish(importing.home, at=AT)
    importing.write(row("a", doi="10.1000/A"), row("b"))
    importing.says = False
    assert importing.run() == ["a: duplicate", "b: new*"]
    assert ("in issue 1" if sent else "it waits") in importing.asked[0].decision.why
    importing.says = True
    assert importing.run() == ["a: duplicate*", "b: nothing new"]


def test_two_of_one_study_in_one_table_are_noticed(importing: Importing) -> None:
    importing.write(row("a", doi="10.1000/a"), row("b", doi="10.1000/a"))
    importing.says = False
    assert importing.run() == ["a: new*", "b: duplicate"]


def test_another_study_under_a_key_that_was_sent_is_refused(importing: Importing) -> None:
    path = write_summary(importing.home, "a", doi="10.1000/a")
    publish(importing.home, at=AT)
    path.unlink()
    importing.write("a,Quite another thing,Nothing alike.,For nobody.,Large.,10.1000/b\n")
    assert importing.run() == ["a: refused"]
    assert importing.files() == {}


def test_a_dry_run_writes_nothing_at_all(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run()
    before = tree(importing.home.root)
    importing.write(row("a", "More of it."), row("b"))
    assert importing.run(dry_run=True) == ["a: changed*", "b: new*"]
    assert tree(importing.home.root) == before


def test_a_bad_row_costs_no_other(importing: Importing) -> None:
    importing.write(row("a"), "b,,x,y,z,\n", row("c"))
    said = importing.run()
    assert said[:2] == ["a: new*", "c: new*"]
    assert "t.csv:3: no 'headline'" in said[2]


def test_nothing_is_written_outside_of_the_sources(importing: Importing, tmp_path: Path) -> None:
    importing.write(row("a"))
    for into in (tmp_path, importing.home.root / "summaries" / ".." / "issues"):
        with pytest.raises(RefusedError, match="is in no folder of the sources"):
            importing.run(into=into)
    (importing.home.root / "summaries" / "out").symlink_to(tmp_path)
    with pytest.raises(RefusedError, match="is in no folder of the sources"):
        importing.run(into=importing.home.root / "summaries" / "out")


def test_nothing_is_written_through_a_link(importing: Importing, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("mine")
    link = importing.home.root / "summaries" / "what-we-know-of-a.md"
    link.symlink_to(outside)
    importing.write(row("a"))
    assert importing.run() == ["a: new*"]
    assert outside.read_text() == "mine"
    assert link.is_symlink()


def test_a_folder_below_the_sources_may_be_chosen(importing: Importing) -> None:
    importing.write(row("a"))
    importing.run(into=importing.home.root / "summaries" / "old")
    assert list(importing.files()) == ["summaries/old/what-we-know-of-a.md"]
    assert importing.run() == ["a: nothing new"]


def test_without_a_folder_there_is_one_line(importing: Importing) -> None:
    text = importing.home.settings.read_text()
    importing.home.settings.write_text(text.replace('path = "summaries"', 'path = "all.json"'))
    (importing.home.root / "all.json").write_text("[]")
    importing.write(row("a"))
    with pytest.raises(RefusedError, match="nowhere to write"):
        importing.run()


def test_a_key_in_a_json_source_is_refused_with_its_file(importing: Importing) -> None:
    document = {"key": "a", "headline": "H of a", "found": "F.", "why_it_matters": "W."}
    (importing.home.root / "summaries" / "all.json").write_text(json.dumps([document]))
    importing.write(row("a"))
    assert importing.run() == ["a: refused"]


def test_what_a_source_brings_is_not_imported_over(importing: Importing) -> None:
    with fetched_summary(importing.home, "https://doi.org/10.1000/a") as key:
        importing.write(row(key))
        assert importing.run() == [f"{key}: refused"]


def test_a_file_in_the_place_of_the_folder_is_one_line(importing: Importing) -> None:
    importing.write(row("a"))
    path = importing.home.root / "summaries" / "x"
    path.write_text("a file")
    with pytest.raises(RefusedError, match="cannot be read"):
        importing.run(into=path)


def test_the_program_prints_what_it_wrote_and_asks_nobody_without_a_terminal(
    importing: Importing,
) -> None:
    importing.write(row("a"))
    done = command(importing.home, "import", str(importing.table))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "written  summaries/what-we-know-of-a.md: What we know of a.",
        "1 file written.",
    ]
    again = command(importing.home, "import", str(importing.table))
    assert (again.returncode, again.stdout) == (0, "Nothing new.\n")
    importing.write(row("a", "More of it."))
    refused = command(importing.home, "import", str(importing.table))
    assert refused.returncode == 1
    assert "+More of it." in refused.stdout
    assert "is not overwritten" in refused.stderr
    told = command(importing.home, "import", str(importing.table), "--yes")
    assert (told.returncode, told.stderr) == (0, "")


def test_a_list_of_feeds_is_printed_and_changes_nothing(importing: Importing) -> None:
    path = importing.table.with_name("l.opml")
    path.write_text('<opml><body><outline text="Gut" xmlUrl="https://a.example/f"/></body></opml>')
    before = tree(importing.home.root)
    done = command(importing.home, "import", str(path))
    assert done.returncode == 0
    assert done.stdout.startswith('# Gut\n[[sources]]\nname = "gut"\nkind = "feed"\n')
    assert tree(importing.home.root) == before


def test_an_address_is_imported_like_a_file(importing: Importing) -> None:
    body = HEAD + row("a")
    with serving({"/t": Answer(body=body.encode(), kind="text/csv")}) as server:
        done = command(importing.home, "import", server.url("/t"), "--private")
        assert "1 file written." in done.stdout, done.stderr
        refused = command(importing.home, "import", server.url("/t"), server.url("/gone"))
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 2


def test_what_was_written_is_remembered_when_an_import_is_stopped(importing: Importing) -> None:
    importing.write(row("a"), row("b"))
    events = import_summaries(
        importing.home,
        ImportOrder(places=(str(importing.table),), confirm=lambda _: True),
        now=lambda: AT,
    )
    assert any(isinstance(event, ImportResult) for event in events)
    events.close()  # as Ctrl-C does
    importing.write(row("a", "More of it."), row("b"))
    assert importing.run() == ["a: changed*", "b: new*"]
