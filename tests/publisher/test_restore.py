"""A restored home is whole or not there; a backup that is cut, newer or hostile is one line."""

from __future__ import annotations

import hashlib
import io
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, command, published_tree, sample_home, tree, write_summary
from msnewsletter.disk.backup_file import UNPACKING
from msnewsletter.errors import NewsletterError, RefusedError
from msnewsletter.home import Home
from msnewsletter.publisher import restore as module
from msnewsletter.publisher.backup import backup
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.restore import restore, restored_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.sqlite("it restores a backup, which keeps the database's file")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a home with one issue."""
    folder = tmp_path_factory.mktemp("whole")
    home = sample_home(folder / "home")
    publish(home, at=AT)
    backup(home, folder / "b.zip", at=AT)
    return folder / "b.zip"


def changed(
    whole: Path,
    target: Path,
    *,
    manifest: Callable[[dict[str, Any]], object] = lambda _: None,
    entries: Callable[[dict[str, bytes]], object] = lambda _: None,
    write: Callable[[zipfile.ZipFile], object] = lambda _: None,
) -> Path:
    """A copy of a backup with another manifest, other files, or more of what a zip may hold."""
    with zipfile.ZipFile(whole) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(files.pop("manifest.json"))
    manifest(document)
    entries(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(document))
        write(archive)
    return target


def with_file(whole: Path, target: Path, name: str, data: bytes = b"x") -> Path:
    """A copy that has one more file, properly named in its manifest."""
    member = {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return changed(
        whole,
        target,
        manifest=lambda document: document["members"].append(member),
        write=lambda archive: archive.writestr(f"home/{name}", data),
    )


def refused(file: Path, tmp_path: Path, *, exists: bool = False) -> str:
    """The line that refuses a backup, with nothing left of it anywhere."""
    new = tmp_path / "place" / "new"
    new.parent.mkdir(exist_ok=True)
    if exists:
        new.mkdir(exist_ok=True)
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(NewsletterError) as error:
        restore(file, Home(new))
    assert list(new.parent.iterdir()) == ([new] if exists else [])
    assert not exists or not list(new.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == before
    line = str(error.value)
    assert len(line.splitlines()) == 1
    return line


def test_a_restored_home_is_the_home_that_was_backed_up(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    backup(home, tmp_path / "b.zip", at=AT)
    for place in ("new", "deep/er", "there"):
        new = Home(tmp_path / place)
        if place == "there":
            new.root.mkdir()
        restore(tmp_path / "b.zip", new)
        kept = ("summaries", "issues")
        assert tree(*(new.root / name for name in kept)) == tree(
            *(home.root / name for name in kept)
        )
        assert new.settings.read_bytes() == home.settings.read_bytes()
        assert tree(new.outbox / "new") == tree(home.outbox / "new")
        assert not (new.root / UNPACKING).exists()
        publish(new, at=AT)
        assert published_tree(new) == published_tree(home)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, whole: Path) -> None:
    for name in ("newsletter.toml", "notes.txt"):
        place = tmp_path / name.partition(".")[0]
        place.mkdir()
        (place / name).write_text("mine")
        with pytest.raises(RefusedError, match="there is something in it already"):
            restore(whole, Home(place))
        assert tree(place) == {f"{place.name}/{name}": b"mine"}
    with pytest.raises(RefusedError, match="cannot be read"):
        restore(whole, Home(place / "notes.txt"))


def test_what_an_interrupted_restore_left_is_no_home_and_says_what_to_do(
    tmp_path: Path, whole: Path
) -> None:
    new = Home(tmp_path / "new")
    restore(whole, new)
    (new.root / UNPACKING).mkdir()
    new.settings.rename(new.root / UNPACKING / "newsletter.toml")
    assert "there is no such file" in command(new, "publish").stderr
    with pytest.raises(RefusedError, match="an interrupted restore left an unfinished home there"):
        restore(whole, new)
    shutil.rmtree(new.root)
    restore(whole, new)


def test_a_backup_that_is_cut_anywhere_is_refused(tmp_path: Path, whole: Path) -> None:
    data, cut = whole.read_bytes(), tmp_path / "cut.zip"
    for end in (*range(0, len(data), 1024), len(data) - 1, len(data) - 22):
        cut.write_bytes(data[:end])
        assert "cut.zip: it is no backup, or it is cut off" in refused(cut, tmp_path)


def test_a_backup_around_another_is_not_taken_for_it_when_it_is_cut(
    tmp_path: Path, whole: Path
) -> None:
    """What is stored unpacked in a zip file may itself be one."""
    outer, inner = tmp_path / "outer.zip", whole.read_bytes()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("home/first.bin", b"x" * 100)
        archive.writestr("home/old.zip", inner)
    data = outer.read_bytes()
    outer.write_bytes(data[: data.index(inner) + len(inner)])
    with zipfile.ZipFile(outer) as archive:
        assert "home/newsletter.toml" in archive.namelist()
    assert "it is no backup, or it is cut off" in refused(outer, tmp_path)


@cache
def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


@given(at=st.floats(0, 1, exclude_max=True), sign=st.integers(1, 255))
def test_a_byte_that_is_another_is_noticed_or_means_nothing(
    tmp_path_factory: pytest.TempPathFactory, whole: Path, at: float, sign: int
) -> None:
    tmp_path = tmp_path_factory.mktemp("turned")
    data = bytearray(bytes_of(whole))
    data[int(at * len(data))] ^= sign
    (tmp_path / "b.zip").write_bytes(data)
    new = Home(tmp_path / "new")
    with suppress(NewsletterError):
        restore(tmp_path / "b.zip", new)
    if new.root.exists():  # a time or an attribute, which nobody reads
        restore(whole, Home(tmp_path / "right"))
        kept = ("issues", "summaries", "outbox")
        assert tree(*(new.root / name for name in kept)) == tree(
            *(tmp_path / "right" / name for name in kept)
        )
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd", "../out.md", "summaries/../../out.md", "summaries//x.md", ".", "a/./b"),
        *("summaries\\x.md", "summaries/x\n.md", "a\0b", "", "summaries/"),
        *("var/lock", "var/begun", "Var/newsletter.db", "VAR/x", "outbox/site/index.html"),
        *("outbox/new/0001/more/x", "Outbox/new/0009/digest.eml", f"{UNPACKING}/x"),
        *("Newsletter.toml", "GLOSSARY.md"),
    ],
)
def test_a_path_that_no_backup_has_is_refused(tmp_path: Path, whole: Path, name: str) -> None:
    line = refused(with_file(whole, tmp_path / "b.zip", name), tmp_path)
    assert "do not restore it" in line or "other files than its manifest" in line
    assert not list(tmp_path.rglob("out.md"))


@pytest.mark.parametrize(
    "name", ["summaries/il6-mice.md", "summaries/IL6-mice.md", "Summaries/il6-mice.md"]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_already_is_refused_in_whatever_case(
    tmp_path: Path, whole: Path, name: str
) -> None:
    line = refused(with_file(whole, tmp_path / "b.zip", name), tmp_path)
    assert "has the name of 'summaries/il6-mice.md', or nearly" in line


def test_a_file_that_is_a_folder_as_well_is_refused(tmp_path: Path, whole: Path) -> None:
    line = refused(with_file(whole, tmp_path / "b.zip", "summaries"), tmp_path)
    assert "'summaries' in it is a file and a folder" in line


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_what_is_no_file_is_refused(tmp_path: Path, whole: Path, kind: int) -> None:
    entry = zipfile.ZipInfo("home/summaries/x.md")
    entry.external_attr = (kind | 0o777) << 16
    file = changed(
        whole, tmp_path / "b.zip", write=lambda archive: archive.writestr(entry, "/etc/passwd")
    )
    assert "'home/summaries/x.md' in it is no file" in refused(file, tmp_path)


def test_a_folder_or_a_file_that_the_manifest_does_not_name_is_refused(
    tmp_path: Path, whole: Path
) -> None:
    for name in ("home/summaries/extra.md", "other/x", "manifest2.json"):
        file = changed(
            whole,
            tmp_path / "b.zip",
            write=lambda archive, name=name: archive.writestr(name, "x"),  # type: ignore[misc]
        )
        assert "it holds other files than its manifest names" in refused(file, tmp_path)
    file = changed(whole, tmp_path / "b.zip", write=lambda archive: archive.mkdir("home/x"))
    assert "is no file" in refused(file, tmp_path)
    file = changed(
        whole, tmp_path / "b.zip", entries=lambda files: files.pop("home/summaries/il6-mice.md")
    )
    assert "it holds other files than its manifest names" in refused(file, tmp_path)


def test_a_file_that_is_not_what_the_manifest_says_is_damaged(tmp_path: Path, whole: Path) -> None:
    def other(files: dict[str, bytes]) -> None:
        files["home/issues/0001.json"] = files["home/issues/0001.json"].replace(b"1", b"2")

    file = changed(whole, tmp_path / "b.zip", entries=other)
    assert "issues/0001.json in it is damaged" in refused(file, tmp_path, exists=True)


def test_a_bomb_unpacks_to_no_more_than_its_manifest_names(tmp_path: Path, whole: Path) -> None:
    """An entry that says of itself that it is small, and is not."""
    file = with_file(whole, tmp_path / "b.zip", "summaries/bomb.bin", b"0" * 5_000_000)
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        document = json.loads(archive.read("manifest.json"))
    size = (5_000_000).to_bytes(4, "little")
    while size in data:
        at = data.index(size)
        data[at : at + 4] = (9).to_bytes(4, "little")
    file.write_bytes(data)
    for member in document["members"]:
        member["size"] = 9 if member["name"].endswith("bomb.bin") else member["size"]
    new = io.BytesIO(bytes(data))
    with zipfile.ZipFile(new) as archive:
        assert archive.getinfo("home/summaries/bomb.bin").file_size == 9
    assert "other files than its manifest names" in refused(file, tmp_path)


def test_entries_that_overlap_are_refused(tmp_path: Path, whole: Path) -> None:
    file = tmp_path / "b.zip"
    shutil.copyfile(whole, file)
    with zipfile.ZipFile(file, "a") as archive:
        first = archive.getinfo("home/var/newsletter.db")
        for number in range(9):
            twin = zipfile.ZipInfo(f"home/summaries/{number}.bin")
            for field in ("compress_type", "compress_size", "file_size", "CRC", "header_offset"):
                setattr(twin, field, getattr(first, field))
            archive.filelist.append(twin)
        archive._didModify = True  # type: ignore[attr-defined]
    assert "it is no backup, or it is cut off" in refused(file, tmp_path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"format": 3, "whatever": "else"}, "was written by a newer msnewsletter; update"),
        ({"tables": "9999"}, "was written by a newer msnewsletter; update"),
        ({"format": "one"}, "its manifest cannot be read (format:"),
        ({"members": None}, "its manifest cannot be read (members:"),
        ({"at": "yesterday"}, "its manifest cannot be read (at:"),
        ({"folders": ["../x"]}, "leads out of its folder"),
        ({"folders": ["newsletter.toml"]}, "is a file and a folder"),
    ],
)
def test_a_manifest_of_a_newer_version_or_none_at_all_is_refused(
    tmp_path: Path, whole: Path, values: dict[str, object], said: str
) -> None:
    file = changed(whole, tmp_path / "b.zip", manifest=lambda document: document.update(values))
    assert said in refused(file, tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"\x50\x4b\x05\x06" + b"\0" * 18])
def test_what_is_no_backup_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(data)
    assert "b.zip: it is no backup" in refused(tmp_path / "b.zip", tmp_path)


def test_another_zip_file_a_folder_a_pipe_and_nothing_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("photo.jpg", "x")
    assert "it is no backup of msnewsletter's" in refused(tmp_path / "b.zip", tmp_path)
    (tmp_path / "folder").mkdir()
    assert "cannot be read (Is a directory)" in refused(tmp_path / "folder", tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is no file" in refused(tmp_path / "pipe", tmp_path)
    assert "cannot be read (No such file" in refused(tmp_path / "none", tmp_path)


def test_a_backup_without_settings_is_refused(tmp_path: Path, whole: Path) -> None:
    def less(document: dict[str, Any]) -> None:
        document["members"] = [
            one for one in document["members"] if one["name"] != "newsletter.toml"
        ]

    file = changed(
        whole,
        tmp_path / "b.zip",
        manifest=less,
        entries=lambda files: files.pop("home/newsletter.toml"),
    )
    assert "there is no newsletter.toml in it" in refused(file, tmp_path)


@pytest.mark.parametrize("limit", [1_000, 20_000, 100_000])
def test_a_disk_that_fills_leaves_nothing(tmp_path: Path, whole: Path, limit: int) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    home = Home(tmp_path)
    done = command(home, "restore", str(whole), str(tmp_path / "new"), preexec_fn=little_room)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line == f"msnewsletter: {tmp_path}/new: the disk is full; make room and run again"
    assert not list(tmp_path.iterdir())


def test_a_place_that_may_not_be_written_is_one_line(tmp_path: Path, whole: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    done = command(Home(tmp_path), "restore", str(whole), str(tmp_path / "closed/new"), anyone=True)
    [line] = done.stderr.splitlines()
    assert "closed/new: cannot be written (Permission denied)" in line


def test_an_error_while_the_files_are_moved_leaves_nothing(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = module._move_up

    def then_fail(folder: Path, root: Path) -> None:
        move(folder, root)
        raise OSError(5, "Input/output error", str(root))

    monkeypatch.setattr(module, "_move_up", then_fail)
    assert "cannot be written (Input/output error)" in refused(whole, tmp_path)
    assert "cannot be written" in refused(whole, tmp_path, exists=True)


def test_it_says_where_the_home_stands_and_what_would_be_sent_twice(
    tmp_path: Path, whole: Path
) -> None:
    new = tmp_path / "new"
    done = command(Home(tmp_path), "restore", str(whole), str(new))
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"Restored Plain Research Notes to {new}: 22 files.\n"
        "The backup is of Mon 2026-11-23 08:00 (Europe/Berlin).\n"
        "Its newest issue: 1, of Mon 2026-11-23 08:00 (Europe/Berlin).\n"
        "Waiting in outbox/new: 0001. If readers have it, move it to outbox/sent now.\n"
        "If issues were published after this backup, copy their records first, issues/0002.json "
        f"and on, to {new}/issues: otherwise their summaries are mailed twice and their numbers "
        "used again.\n"
        "Not in the backup: passwords (MSNEWSLETTER_SMTP_PASSWORD, MSNEWSLETTER_DATABASE_URL); "
        "the site, which the next publish makes again.\n"
        "Then look, and publish:\n"
        f"  msnewsletter --home {new} status\n"
        f"  msnewsletter --home {new} publish\n"
    )


def test_an_old_backup_and_the_records_since_send_nothing_twice(
    tmp_path: Path, whole: Path
) -> None:
    """The newsletter went on after the backup; its machine is lost, its newest record is not."""
    home, new = Home(tmp_path / "home"), Home(tmp_path / "new")
    restore(whole, home)
    write_summary(home, "second", published="2026-11-23")
    publish(home, at=AT + HOUR)
    restore(whole, new)
    said = restored_from(new)
    assert said is not None
    assert (said.at, said.last_issue) == (AT, 1)
    status = command(new, "status").stderr
    assert "note: this home was restored from a backup of Mon 2026-11-23 08:00" in status
    assert "its newest issue is 1" in status
    shutil.copyfile(home.record(2), new.record(2))
    assert restored_from(new) is None
    write_summary(new, "second", published="2026-11-23")
    write_summary(new, "third", published="2026-11-23")
    publish(new, at=AT + 2 * HOUR)
    mailed = (new.outbox / "new/0003/digest.txt").read_text()
    assert "What we know of third" in mailed
    assert "What we know of second" not in mailed
    assert [path.name for path in sorted((new.outbox / "new").iterdir())] == ["0001", "0003"]


def test_the_next_publish_says_first_that_the_home_was_restored_until_an_issue_is_out(
    tmp_path: Path, whole: Path
) -> None:
    new = Home(tmp_path / "new")
    restore(whole, new)
    for words in (("publish", "--dry-run"), ("publish",)):
        done = command(new, *words, "--at", AT.isoformat())
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("note: this home was restored from a backup")
    write_summary(new, "second", published="2026-11-23")
    assert "restored" in command(new, "publish").stderr
    assert "restored" not in command(new, "publish").stderr
    assert "restored" not in command(new, "status").stderr


def test_a_clock_that_starts_in_a_restored_home_says_so(tmp_path: Path, whole: Path) -> None:
    new = Home(tmp_path / "new")
    restore(whole, new)
    script = (
        "import msnewsletter.clock.timer as timer; timer.run_every = lambda *_, **__: None; "
        "from msnewsletter.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(new.root), "run"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "restored backup=2026-11-23T07:00:00+00:00 last_issue=1" in done.stderr
