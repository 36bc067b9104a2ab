"""Folders on a real disk: what counts as a source, and what the disk may answer."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, write_summary
from msnewsletter.sources import SIZE_LIMIT, Listing, list_files, read_file
from sources.written import FOUND, markdown, page

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "summaries"
    path.mkdir()
    return path


@pytest.fixture
def shown(tmp_path: Path) -> Callable[[Path], str]:
    return lambda path: str(path.relative_to(tmp_path))


@pytest.fixture
def listed(folder: Path, shown: Callable[[Path], str]) -> Callable[[], Listing]:
    return lambda: list_files(folder, format="auto", display_path=shown)


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def locations(listing: Listing) -> list[str]:
    return [file.location for file in listing.files]


def refusals(listing: Listing) -> list[str]:
    return [str(error) for error in listing.refused]


def test_files_come_from_all_depths_sorted_by_location(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    for name in ("b.txt", "a.md", "2026/c.json", "2026/11/d.jsonl", "e.MARKDOWN", "f.ndjson"):
        write(folder / name)
    listing = listed()
    assert locations(listing) == [
        "summaries/2026/11/d.jsonl",
        "summaries/2026/c.json",
        "summaries/a.md",
        "summaries/b.txt",
        "summaries/e.MARKDOWN",
        "summaries/f.ndjson",
    ]
    assert [file.format for file in listing.files] == [
        *("json", "json"),
        *("markdown", "page", "markdown", "json"),
    ]
    assert listing.refused == ()


def test_a_file_carries_its_size_and_time(folder: Path, listed: Callable[[], Listing]) -> None:
    path = write(folder / "a.md", "αβ")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    (file,) = listed().files
    assert (file.path, file.size) == (path, 4)
    assert file.changed_ns == path.stat().st_ctime_ns != path.stat().st_mtime_ns


def test_hidden_names_backups_and_a_readme_are_passed_over(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    names = (
        ".a.md",
        ".git/b.md",
        "c.md~",
        "#d.md#",
        ".#e.md",
        "f.md.bak",
        "g.md.orig",
        ".h.md.swp",
    )
    for name in (*names, "README.md", "sub/readme.txt", "README", "i.md.tmp", "readmes.md"):
        write(folder / name)
    assert locations(listed()) == ["summaries/readmes.md"]
    assert listed().refused == ()


@pytest.mark.parametrize(
    "name",
    [
        *("_draft.md", "_drafts/a.md", "2026/_later/b.md", "_index.md", "__MACOSX/c.md"),
        *("Thumbs.db", "sub/THUMBS.DB", "ehthumbs.db", "desktop.ini", "Desktop.ini", "Icon\r"),
        *("$RECYCLE.BIN/d.md", "@eaDir/e.md", "sub/@eaDir/f.md@SynoResource", ".DS_Store"),
        *("~$x.docx", "~$x.md", "sub/~$y.xlsx", ".~lock.x.md#", ".~lock.y.docx#"),
    ],
)
def test_drafts_and_what_programs_leave_behind_are_passed_over(
    folder: Path, listed: Callable[[], Listing], name: str
) -> None:
    write(folder / name)
    write(folder / "sent_x.md")
    assert (locations(listed()), listed().refused) == (["summaries/sent_x.md"], ())


def test_a_folder_that_the_settings_name_is_read_whatever_its_name(
    tmp_path: Path, shown: Callable[[Path], str]
) -> None:
    write(tmp_path / "_summaries" / "a.md")
    listing = list_files(tmp_path / "_summaries", format="auto", display_path=shown)
    assert locations(listing) == ["_summaries/a.md"]


def keys(listing: Listing) -> list[str]:
    return [summary.key for file in listing.files for summary in read_file(file).summaries]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gut/index.md", "gut"),
        ("2026/sleep/index.markdown", "sleep"),
        ("diet/INDEX.MD", "diet"),
        ("walks/Index.txt", "walks"),
        ("index.md", "index"),
        ("gut/index.en.md", "index.en"),
        ("gut/indexes.md", "indexes"),
    ],
)
def test_an_index_below_the_source_s_folder_has_its_folder_s_name_as_key(
    folder: Path, listed: Callable[[], Listing], name: str, key: str
) -> None:
    write(folder / name, page() if name.endswith(".txt") else markdown())
    assert keys(listed()) == [key]


def test_two_indexes_are_two_summaries_wherever_the_source_is(
    tmp_path: Path, shown: Callable[[Path], str]
) -> None:
    for name in ("index.md", "gut/index.md", "sleep/index.md"):
        write(tmp_path / name, markdown())
    assert keys(list_files(tmp_path, format="auto", display_path=shown)) == [
        *("gut", "index", "sleep")
    ]


def test_an_index_that_gives_its_key_or_is_a_source_itself_keeps_it(
    folder: Path, listed: Callable[[], Listing], shown: Callable[[Path], str]
) -> None:
    path = write(folder / "gut" / "index.md", markdown("key: index\n"))
    assert keys(listed()) == ["index"]
    write(path, markdown())
    assert keys(list_files(path, format="auto", display_path=shown)) == ["index"]


def test_an_unknown_suffix_is_refused_in_one_line(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    write(folder / "a.text")
    assert refusals(listed()) == [
        (
            "summaries/a.text: has the unknown suffix '.text'; we read .md, .txt, .json, .jsonl: "
            "rename it, or name its format in newsletter.toml"
        )
    ]


@pytest.mark.parametrize("suffix", [".docx", ".doc", ".odt", ".rtf", ".pdf", ".DOCX", ".pages"])
def test_a_document_is_refused_with_a_remedy_that_helps(
    folder: Path, listed: Callable[[], Listing], suffix: str
) -> None:
    write(folder / f"a{suffix}")
    assert refusals(listed()) == [
        (
            f"summaries/a{suffix}: is a document ({suffix}), not a text; save it as plain text "
            "(.txt) or write it as Markdown (.md); a new name does not change it"
        )
    ]


def test_a_named_format_takes_every_file(folder: Path, shown: Callable[[Path], str]) -> None:
    write(folder / "a", page())
    (file,) = list_files(folder, format="page", display_path=shown).files
    assert read_file(file).summaries[0].found == FOUND


def test_a_single_file_is_a_source_whatever_its_name(
    folder: Path, shown: Callable[[Path], str]
) -> None:
    path = write(folder / "README.md", markdown())
    listing = list_files(path, format="auto", display_path=shown)
    assert locations(listing) == ["summaries/README.md"]
    assert read_file(listing.files[0]).summaries[0].key == "README"


def test_the_home_itself_may_be_the_folder(tmp_path: Path, shown: Callable[[Path], str]) -> None:
    write(tmp_path / "a.md")
    write(tmp_path / "b" / "c.md")
    assert locations(list_files(tmp_path, format="auto", display_path=shown)) == ["a.md", "b/c.md"]


def test_a_missing_path_is_one_refusal(folder: Path, shown: Callable[[Path], str]) -> None:
    listing = list_files(folder / "none", format="auto", display_path=shown)
    assert refusals(listing) == [
        (
            "summaries/none: cannot be read (No such file or directory); check the path and its "
            "permissions"
        )
    ]


def test_a_link_out_of_the_folder_is_refused(
    folder: Path, tmp_path: Path, listed: Callable[[], Listing]
) -> None:
    write(tmp_path / "secret.md")
    write(tmp_path / "summaries-too" / "b.md")
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    (folder / "b.md").symlink_to("../summaries-too/b.md")
    (folder / "c").symlink_to("/")
    listing = listed()
    assert listing.files == ()
    assert [line.partition(";")[0] for line in refusals(listing)] == [
        "summaries/a.md: is a link that leads out of its folder",
        "summaries/b.md: is a link that leads out of its folder",
        "summaries/c: is a link that leads out of its folder",
    ]


def test_a_link_inside_the_folder_gives_each_file_once(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    write(folder / ".data" / "a.md", markdown())
    write(folder / "b.md")
    (folder / "a.md").symlink_to(".data/a.md")  # as container platforms mount settings
    (folder / "again.md").symlink_to("b.md")
    (folder / "loop").symlink_to(".", target_is_directory=True)
    listing = listed()
    assert locations(listing) == ["summaries/a.md", "summaries/b.md"]
    (summary,) = read_file(listing.files[0]).summaries
    assert (summary.key, summary.location) == ("a", "summaries/a.md")
    assert listing.refused == ()


def test_a_folder_reached_through_a_link_is_read(
    folder: Path, tmp_path: Path, shown: Callable[[Path], str]
) -> None:
    write(folder / "b.md")
    (folder / "again.md").symlink_to("b.md")
    (tmp_path / "alias").symlink_to("summaries")
    listing = list_files(tmp_path / "alias", format="auto", display_path=shown)
    assert (locations(listing), listing.refused) == (["alias/b.md"], ())


def test_a_broken_link_is_one_refusal(folder: Path, listed: Callable[[], Listing]) -> None:
    (folder / "a.md").symlink_to("gone.md")
    (line,) = refusals(listed())
    assert line.startswith("summaries/a.md: cannot be read (No such file or directory)")


def test_pipes_and_sockets_are_refused_without_opening(
    folder: Path, listed: Callable[[], Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(folder / "a.md")
    monkeypatch.chdir(folder)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("b.md")
        listing = listed()
    assert listing.files == ()
    assert [line.partition(";")[0] for line in refusals(listing)] == [
        "summaries/a.md: is a pipe, a socket or a device",
        "summaries/b.md: is a pipe, a socket or a device",
    ]


def test_a_device_is_refused() -> None:
    (line,) = refusals(list_files(Path("/dev/null"), format="page", display_path=str))
    assert line.startswith("/dev/null: is a pipe, a socket or a device")


def test_what_may_not_be_read_is_one_line_each(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a").chmod(0)
    closed = home.root / "summaries" / "b"
    closed.mkdir()
    closed.chmod(0)
    write_summary(home, "c")
    done = command(home, "read", str(home.root / "summaries"), anyone=True)
    closed.chmod(0o700)
    lines = [line for line in done.stderr.splitlines() if "cannot be read" in line]
    assert len(lines) == len(done.stderr.splitlines()) == 2
    assert all("cannot be read (Permission denied)" in line for line in lines)
    assert "What we know of c." in done.stdout


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read")
def test_a_disk_that_fails_is_one_line() -> None:
    (file,) = list_files(Path("/proc/self/mem"), format="page", display_path=str).files
    (error,) = read_file(file).refused
    assert str(error).startswith(f"{file.location}: cannot be read (Input/output error)")


def test_a_file_that_went_away_is_one_line(folder: Path, listed: Callable[[], Listing]) -> None:
    path = write(folder / "a.md")
    (file,) = listed().files
    path.unlink()
    (error,) = read_file(file).refused
    assert str(error).startswith("summaries/a.md: cannot be read (No such file or directory)")


def test_a_link_or_pipe_swapped_in_at_the_last_moment_is_not_followed(
    folder: Path, tmp_path: Path, listed: Callable[[], Listing]
) -> None:
    path = write(folder / "a.md", markdown())
    (file,) = listed().files
    path.unlink()
    path.symlink_to(write(tmp_path / "secret.md", markdown()))
    assert len(read_file(file).refused) == 1
    path.unlink()
    os.mkfifo(path)
    (error,) = read_file(file).refused
    assert str(error).startswith("summaries/a.md: is a pipe")


def test_a_huge_file_is_refused_by_its_size(folder: Path, listed: Callable[[], Listing]) -> None:
    path = write(folder / "a.md")
    os.truncate(path, 50_000_000)
    path.chmod(0)  # whoever opens it would say so
    (file,) = listed().files
    (error,) = read_file(file).refused
    assert str(error) == (
        "summaries/a.md: is too large (50.0 MB); a file has at most 5 MB: split it, or remove it"
    )


def test_a_file_that_grew_since_it_was_listed_is_refused(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    path = write(folder / "a.md")
    (file,) = listed().files
    os.truncate(path, SIZE_LIMIT * 3)
    (error,) = read_file(file).refused
    assert "is too large" in str(error)


def test_a_name_that_is_no_utf8_is_refused(folder: Path, listed: Callable[[], Listing]) -> None:
    name = os.fsencode(folder) + b"/caf\xe9.md"
    try:
        descriptor = os.open(name, os.O_CREAT | os.O_WRONLY)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    os.close(descriptor)
    listing = listed()
    assert listing.files == ()
    (line,) = refusals(listing)
    assert line.startswith("summaries/caf\N{REPLACEMENT CHARACTER}.md: its name is not UTF-8")


def test_a_path_that_no_database_can_look_up_is_refused(
    folder: Path, listed: Callable[[], Listing]
) -> None:
    deep = folder / "/".join(["d" * 250] * 11)
    deep.mkdir(parents=True)
    (deep / "a.md").write_text("a")
    listing = listed()
    assert listing.files == ()
    (line,) = refusals(listing)
    assert line.endswith("its path has 2775 bytes; move it nearer to the home")
