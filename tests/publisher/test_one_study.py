"""One study once: files that override, and sources that have the same study."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from databases import lose_rows
from fetching import (
    FEED,
    LAYOUT,
    SITE,
    fields_of,
    keep,
    page_source,
    read_at,
    unread_at,
)
from fetching import (
    GONE as PAGE_GONE,
)
from homes import AT, FOLDER, command, empty_home, name_sources, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.model import HoldReason, Status
from msnewsletter.publisher.choose import choose
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.takedown import take_down

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

GUT, KEY = "https://example.org/gut", "example.org/gut"
ELSEWHERE = "https://feeds.example.net/17"
DOI = "10.1000/gut"
BEFORE, DAY = AT - timedelta(days=2), timedelta(days=1)


def home_of(root: Path, *tables: str, folder: bool = False) -> Home:
    home = empty_home(root / "home")
    name_sources(
        home, *(tables or (page_source(), page_source(FEED))), *((FOLDER,) if folder else ())
    )
    return home


def look(home: Home, at: datetime = AT) -> NextIssuePreview:
    return next_issue_preview(home, at=at, by_hand=True)


def chosen(found: NextIssuePreview) -> list[Summary]:
    return [one.summary for one in found.issue.entries] if found.issue else []


def write(home: Home, name: str, about: str, at: datetime = BEFORE, **front: str) -> Path:
    """A file with a whole summary, last written at a moment."""
    fields = fields_of(about)
    lines = "".join(f"{key}: {value}\n" for key, value in front.items())
    path = home.root / "summaries" / f"{name}.md"
    path.write_text(
        f"---\n{lines}---\n# {fields['headline']}\n\n## What was found\n{fields['found']}\n\n"
        f"## Why it matters\n{fields['why_it_matters']}\n\n## Cautions\n{fields['cautions']}\n"
    )
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def held(found: NextIssuePreview) -> dict[str, HoldReason]:
    return {one.summary.key: one.because for one in found.draft.held}


# ── overrides ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", ["file", "source", "together"])
def test_a_folders_file_wins_whichever_came_first(tmp_path: Path, first: str) -> None:
    home = home_of(tmp_path)
    if first != "source":
        write(home, "mine", "the gut", key=KEY)
    if first == "file":
        collect_now(home, at=BEFORE)
    keep(home, SITE, read_at(GUT, fields_of("gut", journal="Gut")), at=BEFORE)
    if first == "source":
        collect_now(home, at=BEFORE)
        assert [one.headline for one in chosen(look(home))] == ["What we know of gut."]
        write(home, "mine", "the gut", key=KEY)
    for at in (BEFORE, AT):
        collect_now(home, at=at)
        found = look(home)
        (summary,) = chosen(found)
        assert (summary.key, summary.headline) == (KEY, "What we know of the gut.")
        assert summary.location == "summaries/mine.md"
        assert summary.journal == "Gut"
        assert found.collected.refused == ()


def test_removing_the_file_brings_the_fetched_text_back(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    path = write(home, "mine", "the gut", key=KEY)
    collect_now(home, at=BEFORE)
    path.unlink()
    (summary,) = chosen(look(home))
    assert summary.headline == "What we know of gut."
    collect_now(home, at=AT)
    assert chosen(look(home)) == [summary]


def test_a_file_that_gives_up_the_key_gives_it_back(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    write(home, "mine", "the gut", key=KEY)
    collect_now(home, at=BEFORE)
    write(home, "mine", "the eye", key="own")
    assert sorted((one.key, one.headline) for one in chosen(look(home))) == [
        (KEY, "What we know of gut."),
        ("own", "What we know of the eye."),
    ]


def test_a_file_that_no_longer_reads_is_not_passed_over(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    path = write(home, "mine", "the gut", key=KEY)
    collect_now(home, at=BEFORE)
    path.write_text("---\nkey: [\n---\n# Gut\n")
    keep(home, SITE, read_at(GUT, fields_of("gut", found="Another word.")), at=BEFORE + DAY)
    for _ in range(2):
        found = look(home)
        assert chosen(found) == []
        assert held(found) == {KEY: HoldReason.GONE}
        collect_now(home, at=AT)


def test_an_override_of_a_sent_summary_is_an_edit(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    publish(home, at=AT)
    path = write(home, "mine", "gut", at=AT, key=KEY, status="corrected", note="We were wrong.")
    found = look(home, AT + DAY)
    assert [one.correction and one.correction.status for one in found.draft.edits] == [
        Status.CORRECTED
    ]
    assert chosen(found) == []
    done = publish(home, at=AT + DAY)
    assert isinstance(done, Released)
    assert [one.key for one in done.issue.corrections] == [KEY]
    path.unlink()
    found = look(home, AT + 2 * DAY)
    assert chosen(found) == []
    assert [one.key for one in found.draft.edits] == [KEY]


def test_an_override_about_another_study_is_refused(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=BEFORE)
    publish(home, at=AT)
    path = write(home, "mine", "sleep", key=KEY, doi="10.1000/sleep")
    path.write_text(path.read_text().replace("Something was found about", "Twenty slept and"))
    found = look(home, AT + DAY)
    assert "is that of another study" in found.collected.refused[0].problem
    assert found.draft.edits == ()


def test_an_editor_hears_of_a_source_that_changes_after_the_file(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    write(home, "mine", "the gut", at=BEFORE + DAY / 2, key=KEY)

    def notes() -> list[str]:
        return [note.text for note in look(home).notes if note.place == "summaries/mine.md"]

    assert not [text for text in notes() if "something else" in text]
    keep(home, SITE, read_at(GUT, fields_of("gut", found="Another word.")), at=BEFORE + DAY)
    for _ in range(2):
        collect_now(home, at=AT)
        (said,) = [text for text in notes() if "something else" in text]
        assert said.startswith(f"{SITE}: {GUT} says something else since 2026-11-22")
    write(home, "mine", "the gut", at=AT, key=KEY)
    assert not [text for text in notes() if "something else" in text]


# ── several sources ──────────────────────────────────────────────────────────────────────────


def two(home: Home, site: dict[str, str], feed: dict[str, str], *, at: datetime = BEFORE) -> None:
    """The same study in both sources, under an address in each."""
    keep(home, SITE, read_at(GUT, fields_of("gut", **site)), at=at)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", **feed)), at=at)


SAME = [
    ({"doi": DOI}, {"doi": f"https://doi.org/{DOI.upper()}."}),
    ({"pmid": "38012345"}, {"pmid": "PMID: 38012345"}),
    ({}, {"url": "http://EXAMPLE.org:80/gut/?utm_source=x#top"}),
    ({"url": "https://journal.example/1"}, {"url": "https://journal.example/1?fbclid=2"}),
]


@pytest.mark.parametrize(("site", "feed"), SAME)
def test_a_study_of_two_sources_is_one_summary(
    tmp_path: Path, site: dict[str, str], feed: dict[str, str]
) -> None:
    home = home_of(tmp_path)
    two(home, site, feed | {"published": "2026-11-22", "journal": "Gut", "headline": "Of guts."})
    for _ in range(2):
        found = look(home)
        (summary,) = chosen(found)
        assert (summary.key, summary.headline) == (KEY, "What we know of gut.")
        assert (str(summary.published), summary.journal) == ("2026-11-22", "Gut")
        assert found.draft.held == ()
        (note,) = [note for note in found.notes if "one study with" in note.text]
        assert "; journal, published" in note.text
        assert note.text.endswith(f" from {FEED}: {ELSEWHERE}")
        (study,) = found.collected.one_study.studies or ()
        assert study.filled["journal"] == f"{FEED}: {ELSEWHERE}"
        collect_now(home, at=AT)
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    assert [one.summary.journal for one in done.issue.entries] == ["Gut"]
    later = look(home, AT + DAY)
    assert (later.issue, later.draft.held, later.draft.edits) == (None, (), ())


def test_the_source_that_stands_first_has_the_text_in_any_order_of_arrival(tmp_path: Path) -> None:
    finds = {
        SITE: read_at(GUT, fields_of("gut", doi=DOI)),
        FEED: read_at(ELSEWHERE, fields_of("gut", doi=DOI, headline="Of guts.")),
    }
    for number, order in enumerate(permutations(finds)):
        home = home_of(tmp_path / str(number))
        for source in order:
            keep(home, source, finds[source], at=BEFORE)
            collect_now(home, at=BEFORE)
        assert [one.key for one in chosen(look(home))] == [KEY]
        name_sources(home, page_source(FEED), page_source())
        assert [one.headline for one in chosen(look(home))] == ["Of guts."]


def test_one_key_in_two_sources_is_one_summary(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, FEED, read_at(GUT, fields_of("gut", journal="Gut", headline="Of guts.")), at=BEFORE)
    collect_now(home, at=BEFORE)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    for _ in range(2):
        found = look(home)
        (summary,) = chosen(found)
        assert (summary.headline, summary.journal) == ("What we know of gut.", "Gut")
        assert summary.location == f"{SITE}: {GUT}"
        assert found.collected.refused == ()
        collect_now(home, at=AT)
    name_sources(home, page_source(FEED))
    (summary,) = chosen(look(home))
    assert summary.headline == "Of guts."


def test_the_group_is_decided_anew_when_one_vanishes_or_changes_or_is_repaired(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "journal": "Gut"})
    collect_now(home, at=BEFORE)
    name_sources(home, page_source())
    assert [(one.key, one.journal) for one in chosen(look(home))] == [(KEY, None)]
    collect_now(home, at=BEFORE)
    name_sources(home, page_source(), page_source(FEED))
    assert [(one.key, one.journal) for one in chosen(look(home))] == [(KEY, "Gut")]
    collect_now(home, at=BEFORE)
    another = fields_of("the eye", doi="10.1000/eye", journal="Eye")
    keep(home, FEED, read_at(ELSEWHERE, another), at=BEFORE + DAY)
    assert sorted((one.key, str(one.journal)) for one in chosen(look(home))) == [
        (KEY, "None"),
        ("feeds.example.net/17", "Eye"),
    ]
    two(home, {"doi": DOI}, {"doi": DOI, "journal": "Gut"}, at=AT)
    keep(home, SITE, unread_at(GUT, LAYOUT), at=AT)
    found = look(home, AT + DAY)
    assert [(one.key, one.journal) for one in chosen(found)] == [("feeds.example.net/17", "Gut")]
    assert held(found) == {}
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=AT + DAY)
    assert [(one.key, one.journal) for one in chosen(look(home, AT + DAY))] == [(KEY, "Gut")]


def test_what_was_sent_keeps_its_key_and_its_text(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", doi=DOI, journal="Gut")), at=BEFORE)
    publish(home, at=AT)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI, found="Other words here.")), at=AT)
    found = look(home, AT + DAY)
    assert (found.issue, found.draft.held, found.draft.edits) == (None, (), ())


def test_what_filled_a_sent_summary_may_vanish(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "journal": "Gut", "published": "2026-11-22"})
    publish(home, at=AT)
    name_sources(home, page_source())
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI, studied_in="mice")), at=AT)
    (edit,) = look(home, AT + DAY).draft.edits
    assert [change.field for change in edit.changes] == ["studied_in"]
    publish(home, at=AT + DAY)
    found = look(home, AT + 2 * DAY)
    assert (found.issue, found.draft.held, found.draft.edits) == (None, (), ())


def test_one_text_with_another_number_is_not_mailed_twice(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI})
    publish(home, at=AT)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", doi="10.1000/other")), at=AT)
    for _ in range(2):
        found = look(home, AT + DAY)
        assert chosen(found) == []
        assert held(found) == {"feeds.example.net/17": HoldReason.SAME_STUDY}
        collect_now(home, at=AT + DAY)
    another = {name: f"Quite another thing, {name}." for name in ("headline", "found", "cautions")}
    another |= {"why_it_matters": "Eyes see.", "doi": "10.1000/eye"}
    keep(home, FEED, read_at(ELSEWHERE, dict(another)), at=AT + DAY)
    assert [one.headline for one in chosen(look(home, AT + DAY))] == [another["headline"]]


OTHER = {"headline": "Of guts.", "found": "B.", "why_it_matters": "C.", "cautions": "D."}


def test_a_number_corrected_after_sending_is_that_of_what_was_sent(tmp_path: Path) -> None:
    """By the number as it was sent, and by the one that it has now; of folders too."""
    home = home_of(tmp_path, page_source(), page_source(FEED), folder=True)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi="10.1000/wrong")), at=BEFORE)
    write(home, "eye", "the eye", doi="10.1000/wrong-eye")
    publish(home, at=AT)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=AT)
    write(home, "eye", "the eye", doi="10.1000/eye", at=AT)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", doi=DOI, **OTHER)), at=AT)
    path = write(home, "eye2", "nothing", doi="10.1000/eye", at=AT)
    path.write_text(path.read_text().replace("nothing", "it all"))
    for at in (AT + DAY, AT + 2 * DAY):
        found = look(home, at)
        assert chosen(found) == []
        assert held(found) == {
            "feeds.example.net/17": HoldReason.SAME_STUDY,
            "eye2": HoldReason.SAME_STUDY,
        }
        collect_now(home, at=at)


def test_what_was_sent_before_its_number_changed_is_no_choice(tmp_path: Path) -> None:
    third = "export"
    home = home_of(tmp_path, page_source(), page_source(FEED), page_source(third), folder=True)
    two(home, {}, {"url": GUT, "doi": "10.1000/wrong"})
    publish(home, at=AT)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", url=GUT, doi=DOI)), at=AT)
    keep(home, third, read_at("https://x.example/9", fields_of("gut", doi=DOI, **OTHER)), at=AT)
    for order in ((FEED, third), (third, FEED)):
        name_sources(home, page_source(), *map(page_source, order), FOLDER)
        for at in (AT + DAY, AT + 2 * DAY):
            found = look(home, at)
            assert chosen(found) == []
            assert set(held(found).values()) == {HoldReason.SAME_STUDY}
            (key,) = held(found)
            with pytest.raises(RefusedError, match="was sent before its DOI"):
                choose(home, key, source=FEED, at=at)
            collect_now(home, at=at)


def test_one_address_is_known_after_the_database_and_the_first_source_are_lost(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    publish(home, at=AT)
    lose_rows(home)
    name_sources(home, page_source(FEED))
    keep(home, FEED, read_at(ELSEWHERE, fields_of("gut", url=f"{GUT}/?fbclid=1", **OTHER)), at=AT)
    for at in (AT + DAY, AT + 2 * DAY):
        assert chosen(look(home, at)) == []
        collect_now(home, at=at)


def test_a_source_means_its_study_when_the_file_that_overrode_it_is_removed(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path, page_source(), page_source(FEED), folder=True)
    two(home, {}, {"url": GUT} | OTHER)
    done = choose(home, KEY, source=FEED, at=AT)
    publish(home, at=AT)
    (home.root / done.place).unlink()
    found = look(home, AT + DAY)
    assert (found.collected.refused, chosen(found)) == ((), [])


def test_a_source_that_gives_a_sent_key_to_another_study_says_what_can_be_done(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path)
    keyed = replace(read_at(GUT, fields_of("gut", published="2026-11-22")), has_key=True)
    keep(home, SITE, keyed, at=BEFORE)
    publish(home, at=AT)
    other = fields_of("eye", published="2026-11-24", **OTHER)
    keep(home, SITE, replace(keyed, fields=other), at=AT)
    (refused,) = look(home, AT + DAY).collected.refused
    assert "and this one into a file with a key of its own" in refused.remedy


def test_ids_that_change_all_at_once_send_nothing_again(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    publish(home, at=AT)
    keep(home, SITE, read_at("https://example.org/new/gut", fields_of("gut")), at=AT)
    found = look(home, AT + DAY)
    assert chosen(found) == []
    assert held(found) == {"example.org/new/gut": HoldReason.SAME_STUDY}


def test_different_numbers_and_shared_addresses_never_make_one(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    start = "https://example.org/research/"
    keep(
        home,
        SITE,
        read_at(GUT, fields_of("gut", url=start)),
        read_at("https://example.org/eye", fields_of("the eye", url=start)),
        at=BEFORE,
    )
    keep(home, FEED, read_at(ELSEWHERE, fields_of("sleep", url=start)), at=BEFORE)
    assert len(chosen(look(home))) == 3
    preprint = {"doi": "10.1000/preprint", "url": GUT, "found": "It was found before."}
    two(home, {"doi": DOI}, preprint, at=AT)
    found = look(home, AT + DAY)
    assert len(chosen(found)) == 3
    assert [note.text for note in found.notes if "nearly the headline" in note.text]


def test_conflicting_texts_wait_for_a_choice(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "found": "Quite another thing was found."})
    for _ in range(2):
        found = look(home)
        assert chosen(found) == []
        (one,) = found.draft.held
        assert (one.summary.key, one.because) == (KEY, HoldReason.SOURCES_DIFFER)
        assert f"{SITE}: {GUT}" in one.reason
        assert f"{FEED}: {ELSEWHERE}" in one.reason
        collect_now(home, at=AT)
    two(home, {"doi": DOI}, {"doi": DOI}, at=AT)
    assert [one.key for one in chosen(look(home, AT))] == [KEY]


def test_typography_is_no_conflict_and_a_missing_section_is_filled(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    quoted = "It was “large” – in 3 people…"
    plain = 'It was  "large" -\nin 3 people...'
    two(home, {"doi": DOI, "found": quoted, "cautions": ""}, {"doi": DOI, "found": plain})
    (summary,) = chosen(look(home))
    assert (summary.found, summary.cautions) == (quoted, fields_of("gut")["cautions"])


def test_a_source_that_takes_back_what_another_shows_is_heard(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "status": "retracted", "note": "It was retracted."})
    found = look(home)
    assert chosen(found) == []
    assert held(found) == {KEY: HoldReason.SOURCES_DIFFER}
    name_sources(home, page_source())
    publish(home, at=AT)
    name_sources(home, page_source(), page_source(FEED))
    assert [alarm.place for alarm in look(home, AT + DAY).alarms] == [f"{FEED}: {ELSEWHERE}"]


@pytest.mark.parametrize("status", ["retracted", "withdrawn", "concern"])
def test_a_second_source_that_takes_back_what_was_sent_is_an_alarm(
    tmp_path: Path, status: str
) -> None:
    """By its web address: by a DOI it is refused as a notice beside the file of what was sent."""
    home = home_of(tmp_path)
    two(home, {}, {"url": GUT})
    publish(home, at=AT)
    says = fields_of("gut", url=GUT, status=status, note="It is wrong.")
    says |= {"headline": "Bowels.", "found": "Nothing.", "why_it_matters": "-", "cautions": "All."}
    keep(home, FEED, read_at(ELSEWHERE, says), at=AT)
    for at in (AT + DAY, AT + 2 * DAY):
        found = look(home, at)
        (alarm,) = found.collected.alarms
        assert alarm.place == f"{FEED}: {ELSEWHERE}"
        assert f"takes back or doubts {KEY!r}, which was sent to readers" in alarm.text
        collect_now(home, at=at)
    write(home, "mine", "gut", key=KEY, status=status, note="It is wrong.")
    found = look(home, AT + 2 * DAY)
    assert (found.collected.alarms, [edit.key for edit in found.draft.edits]) == ((), [KEY])


def test_a_source_that_takes_back_what_a_file_overrides_is_an_alarm(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    write(home, "mine", "gut", key=KEY)
    publish(home, at=AT)
    says = fields_of("gut", status="retracted", note="It is wrong.")
    keep(home, SITE, read_at(GUT, says), at=AT)
    (alarm,) = look(home, AT + DAY).collected.alarms
    assert alarm.place == f"{SITE}: {GUT}"
    assert alarm.text.endswith(
        "summaries/mine.md does not; look at both, and write a file with its status, key and a note"
    )
    take_down(home, KEY, reason="The study is wrong.", at=AT + DAY)
    assert look(home, AT + DAY).collected.alarms == ()


def test_nearly_equal_headlines_are_pointed_out(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI, headline="It’s the gut!")), at=BEFORE)
    other = fields_of("the eye", doi="10.1101/2", headline="It's the Gut")
    keep(home, FEED, read_at(ELSEWHERE, other), at=BEFORE)
    found = look(home)
    assert len(chosen(found)) == 2
    (note,) = [note for note in found.notes if "nearly the headline" in note.text]
    assert KEY in note.place + note.text


def test_two_of_one_source_are_held_as_before(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    pair = (read_at(GUT, fields_of("gut", doi=DOI)), read_at(ELSEWHERE, fields_of("x", doi=DOI)))
    keep(home, SITE, *pair, at=BEFORE)
    found = look(home)
    assert len(chosen(found)) == 1
    assert list(held(found).values()) == [HoldReason.SAME_STUDY]


def test_numbers_of_entries_are_those_of_their_source(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut"), "17"), at=BEFORE)
    keep(home, FEED, read_at(ELSEWHERE, fields_of("the eye"), "17"), at=BEFORE)
    assert sorted(one.key for one in chosen(look(home))) == ["news:17", "site:17"]


# ── the choice ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", [SITE, FEED])
def test_a_choice_is_a_file_and_removing_it_takes_it_back(tmp_path: Path, source: str) -> None:
    home = home_of(tmp_path)
    other = "Quite another thing was found."
    two(home, {"doi": DOI}, {"doi": DOI, "found": other, "journal": "Gut"})
    collect_now(home, at=BEFORE)
    said = command(home, "choose", KEY, "--from", source)
    assert (said.returncode, said.stderr) == (0, "")
    (path,) = (home.root / "summaries").iterdir()
    assert path.name.startswith("example-org-gut-")
    (summary,) = chosen(look(home))
    assert (summary.key, summary.journal) == (KEY, "Gut")
    assert summary.found == (other if source == FEED else fields_of("gut")["found"])
    again = command(home, "choose", KEY, "--from", source)
    assert again.returncode == 1
    assert "waits for no choice" in again.stderr
    path.unlink()
    assert held(look(home)) == {KEY: HoldReason.SOURCES_DIFFER}


@pytest.mark.parametrize("folder_first", [True, False])
def test_a_persons_file_about_the_same_study_counts_more_than_what_was_fetched(
    tmp_path: Path, *, folder_first: bool
) -> None:
    tables = ('path = "summaries"', page_source())
    home = home_of(tmp_path, *(tables if folder_first else reversed(tables)))
    write(home, "mine", "the gut", key="mine", doi=DOI)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=BEFORE)
    for _ in range(2):
        found = look(home)
        (summary,) = chosen(found)
        assert (summary.key, summary.headline) == ("mine", "What we know of the gut.")
        assert held(found) == {}
        (said,) = [note.text for note in found.notes if note.place == "summaries/mine.md"]
        assert said == f"one study with {SITE}: {GUT}: its text is taken"
        collect_now(home, at=AT)
    with pytest.raises(RefusedError, match="waits for no choice"):
        choose(home, "mine", source=SITE, at=AT)


def test_a_persons_file_about_the_same_page_counts_more_as_well(tmp_path: Path) -> None:
    home = home_of(tmp_path, page_source(), folder=True)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    collect_now(home, at=BEFORE)
    write(home, "mine", "the gut", url=f"{GUT}/?utm_source=mail")
    assert [one.headline for one in chosen(look(home))] == ["What we know of the gut."]


def test_two_peoples_files_in_different_words_wait(tmp_path: Path) -> None:
    home = home_of(tmp_path, 'path = "summaries"', 'path = "others"', page_source())
    (home.root / "others").mkdir()
    write(home, "mine", "the gut", key="mine", doi=DOI)
    path = write(home, "theirs", "guts", key="theirs", doi=DOI)
    path.rename(home.root / "others" / "theirs.md")
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=BEFORE)
    found = look(home)
    (one,) = found.draft.held
    assert one.because is HoldReason.SOURCES_DIFFER
    assert "summaries/mine.md and others/theirs.md tell one study" in one.reason
    assert one.reason.endswith("remove one of them, or write the same into both")
    with pytest.raises(RefusedError, match="files that you can change yourself"):
        choose(home, "mine", source=SITE, at=AT)


def test_a_persons_file_about_what_was_sent_says_how_it_would_replace_it(tmp_path: Path) -> None:
    home = home_of(tmp_path, page_source(), folder=True)
    keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=BEFORE)
    publish(home, at=AT)
    path = write(home, "mine", "the gut", doi=DOI)
    found = look(home, AT + DAY)
    assert (chosen(found), found.draft.edits) == ([], ())
    (said,) = [note.text for note in found.notes if note.place == "summaries/mine.md"]
    assert f"write 'key: {KEY}' into the file" in said
    path.unlink()
    write(home, "mine", "the gut", key=KEY, doi=DOI)
    found = look(home, AT + DAY)
    assert [(one.key, one.is_accepted) for one in found.draft.edits] == [(KEY, True)]


@pytest.mark.parametrize("changed", [SITE, FEED])
def test_every_source_that_changes_after_a_choice_is_named(tmp_path: Path, changed: str) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "found": "Quite another thing was found."})
    place = choose(home, KEY, source=FEED, at=BEFORE).place
    os.utime(home.root / place, (BEFORE.timestamp(), BEFORE.timestamp()))
    collect_now(home, at=BEFORE)
    find = read_at(GUT if changed == SITE else ELSEWHERE, fields_of("gut", found="New.", doi=DOI))
    keep(home, changed, find, at=BEFORE + DAY)
    for _ in range(2):
        said = [one.text for one in look(home).notes if "says something else since" in one.text]
        assert [text.split(":")[0] for text in said] == [changed]
        collect_now(home, at=AT)


def test_after_a_choice_is_taken_back_readers_keep_what_was_sent_until_the_next(
    tmp_path: Path,
) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "found": "Quite another thing was found."})
    place = choose(home, KEY, source=FEED, at=BEFORE).place
    publish(home, at=AT)
    (home.root / place).unlink()
    for _ in range(2):
        found = look(home, AT + DAY)
        (edit,) = found.draft.edits
        assert not edit.is_accepted
        (alarm,) = found.alarms
        assert f"choose with 'msnewsletter choose {KEY} --from {SITE}'" in alarm.text
        publish(home, at=AT + DAY)
    choose(home, KEY, source=SITE, at=AT + DAY)
    found = look(home, AT + 2 * DAY)
    assert [(one.key, one.is_accepted) for one in found.draft.edits] == [(KEY, True)]
    assert found.alarms == ()


def test_a_choice_that_is_taken_back_is_moot_where_the_sources_agree(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI, "found": "Quite another thing was found."})
    place = choose(home, KEY, source=FEED, at=BEFORE).place
    publish(home, at=AT)
    (home.root / place).unlink()
    collect_now(home, at=AT + DAY)
    two(home, {"doi": DOI}, {"doi": DOI}, at=AT + DAY)
    found = look(home, AT + DAY)
    assert [one.is_accepted for one in found.draft.edits] == [True]


def test_a_page_that_is_gone_is_settled_by_a_file_that_withdraws_it(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    keep(home, SITE, read_at(GUT, fields_of("gut")), at=BEFORE)
    publish(home, at=AT)
    keep(home, SITE, unread_at(GUT, PAGE_GONE), at=AT + DAY)
    (alarm,) = look(home, AT + DAY).alarms
    assert "until you put it back, or write a file with" in alarm.text
    assert f"'key: {KEY}', and with 'status: withdrawn'" in alarm.text
    write(home, "mine", "gut", key=KEY, status="withdrawn", note="It was wrong.")
    for _ in range(2):
        found = look(home, AT + DAY)
        assert found.alarms == ()
        assert found.collected.refused == ()
        collect_now(home, at=AT + DAY)
    done = publish(home, at=AT + DAY)
    assert isinstance(done, Released)
    assert [one.status for one in done.issue.corrections] == [Status.WITHDRAWN]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_fetched_retraction_of_what_was_sent_names_the_file_that_is_to_say_it(
    tmp_path: Path, *, by_hand: bool
) -> None:
    home = home_of(tmp_path, page_source(FEED), *(() if by_hand else (page_source(),)), folder=True)
    if by_hand:
        write_summary(home, "gut", doi=DOI)
    else:
        keep(home, SITE, read_at(GUT, fields_of("gut", doi=DOI)), at=BEFORE, running=False)
    publish(home, at=AT, agreed=True)
    notice = fields_of("eye", doi=DOI, status="retracted", note="It was retracted.")
    keep(home, FEED, read_at(ELSEWHERE, notice), at=AT + DAY)
    (error,) = look(home, AT + DAY).collected.refused
    own = "write 'status: retracted' and a note into that file"
    override = f"write it into a file with 'key: {KEY}', 'status: retracted' and a note"
    assert error.remedy == (own if by_hand else override)


def test_a_choice_where_there_is_none_is_refused(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    two(home, {"doi": DOI}, {"doi": DOI})
    with pytest.raises(RefusedError, match="waits for no choice"):
        choose(home, KEY, source=SITE, at=AT)
    two(home, {"doi": DOI}, {"doi": DOI, "found": "Another thing."}, at=AT)
    with pytest.raises(RefusedError, match="is not in the source 'nowhere'"):
        choose(home, KEY, source="nowhere", at=AT)
