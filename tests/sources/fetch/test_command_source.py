"""The kind `command`: real programs, good and bad ones."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.source_settings import CommandSource
from msnewsletter.sources.fetch import command_source
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetch.finds import Read, Remark, Unread
from msnewsletter.sources.fetch.known_source import KnownSource
from sources.fetch.endpoint_server import AT, TEXTS, objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.sources.fetch.finds import Find


def looked(
    root: Path, command: str, *, into: list[Find] | None = None, **settings: Any
) -> list[Find]:
    """All that a look brings, also before it raises."""
    given = {"kind": "command", "name": "export", "command": command, **settings}
    source = CommandSource.model_validate(given)
    brought: list[Find] = [] if into is None else into
    known = KnownSource(at=AT)
    with Fetcher(agent="test", limits=FetchLimits(), now=lambda: AT) as fetcher:
        for find in command_source.look(source, fetcher=fetcher, known=known, root=root):
            brought.append(find)  # noqa: PERF402  (what came before an error stays)
    return brought


def prints(root: Path, data: bytes, then: str = "") -> str:
    """The command of a program that prints these bytes, and then does more."""
    (root / "data").write_bytes(data)
    (root / "export.sh").write_text(f"cat data\n{then}\n")
    return "sh export.sh"


def lines(values: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def keys(finds: Sequence[Find]) -> list[str]:
    return [find.identities[0] for find in finds if isinstance(find, Read)]


def remarks(finds: Sequence[Find]) -> list[str]:
    return [find.says for find in finds if isinstance(find, Remark)]


def failure(root: Path, command: str, *, into: list[Find] | None = None, **more: Any) -> str:
    with pytest.raises(SourceError) as caught:
        looked(root, command, into=into, **more)
    said = str(caught.value)
    assert said.startswith("export")
    assert "\n" not in said
    return said


def test_each_line_that_a_program_prints_is_a_summary(tmp_path: Path) -> None:
    found = looked(tmp_path, prints(tmp_path, lines(objects("gut", "walk"))))
    assert [replace(find, stamp=None) for find in found if isinstance(find, Read)] == [
        Read(identities=(key,), address=key, fields=TEXTS, has_key=True) for key in ("gut", "walk")
    ]


def test_an_array_and_one_object_on_many_lines_are_read_too(tmp_path: Path) -> None:
    several = json.dumps(objects("a", "b"), indent=2).encode()
    assert keys(looked(tmp_path, prints(tmp_path, several))) == ["a", "b"]
    on_one_line = json.dumps(objects("a", "b")).encode()
    assert keys(looked(tmp_path, prints(tmp_path, on_one_line))) == ["a", "b"]
    one = json.dumps(objects("a")[0], indent=2).encode()
    assert keys(looked(tmp_path, prints(tmp_path, one))) == ["a"]


def test_a_map_takes_fields_from_wherever_they_are(tmp_path: Path) -> None:
    entry = {"id": 5, "text": TEXTS}
    fields = {"key": "$.id"} | {name: f"$.text.{name}" for name in TEXTS}
    [read] = looked(tmp_path, prints(tmp_path, lines([entry])), fields=fields)
    assert isinstance(read, Read)
    assert read.identities == ("5",)
    assert read.fields == TEXTS


@pytest.mark.parametrize("printed", [b"", b"\n \n", b"[]", b"\xef\xbb\xbf\n"])
def test_a_program_with_nothing_to_say_is_no_fault(printed: bytes, tmp_path: Path) -> None:
    assert looked(tmp_path, prints(tmp_path, printed)) == []


def test_one_bad_line_never_costs_the_others(tmp_path: Path) -> None:
    [a, b, c] = (json.dumps(one).encode() for one in objects("a", "b", "c"))
    bad = json.dumps(objects("x")[0] | {"found": 7}).encode()
    data = [a, b"oops", b, b'{"key": "\xe4"}', bad, b"x" * 2_100_000, a, b"7", c]
    found = looked(tmp_path, prints(tmp_path, b"\n".join(data)))
    assert keys(found) == ["a", "b", "c"]
    assert [find.identities for find in found if isinstance(find, Unread)] == [("x",)]
    assert remarks(found) == [
        "export, output:4: is not UTF-8; let the program print UTF-8",
        "export, output:6: is a line of 2.1 MB; let the program print one summary a line",
        "export, output:2: is not JSON (Expecting value, column 1); correct that line",
        "export, output:7: has the key 'a' of export, output:1; give each its own",
        'export, output:8: is a number, not an object; write {"key": ...}',
    ]


def test_a_program_that_prints_nonsense_has_failed_in_one_line(tmp_path: Path) -> None:
    said = failure(tmp_path, prints(tmp_path, b"Starting ...\nDone.\n" * 3000))
    assert said == (
        "export, output:1: is not JSON (Expecting value, column 1), and none of its 1,000 objects "
        "is a summary; correct that line"
    )


@pytest.mark.parametrize(
    "printed",
    [
        json.dumps(objects("a")[0]).encode("utf-16"),
        b"\x00" * 100_000,
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"{}\n" * 1_600_000,
        b"[" + b"{}," * 1_600_000,
        b'{"key": "a", "key": "a"}',
        b"<html>\n<body>\n</html>",
    ],
    ids=["utf-16", "zeros", "deep", "deep objects", "many", "many in one", "twice", "html"],
)
def test_other_nonsense_is_one_line_too(printed: bytes, tmp_path: Path) -> None:
    failure(tmp_path, prints(tmp_path, printed))


def test_what_came_before_a_failure_is_kept(tmp_path: Path) -> None:
    before: list[Find] = []
    data = lines(objects("a", "b")) + b'{"key": "half'
    then = 'echo "Traceback" >&2; echo "no database for me@example.org" >&2; exit 7'
    said = failure(tmp_path, prints(tmp_path, data, then), into=before)
    assert keys(before) == ["a", "b"]
    assert remarks(before) == []
    assert said == (
        "export: the program 'sh' ended with exit code 7: “no database for <address>”; "
        "run it by hand in the home; the next look tries again"
    )


def test_a_program_that_never_ends_keeps_what_it_said(tmp_path: Path) -> None:
    before: list[Find] = []
    command = prints(tmp_path, lines(objects("a")), "sleep 300")
    said = failure(tmp_path, command, into=before, timeout=1)
    assert keys(before) == ["a"]
    assert "'sh' took longer than 1 s, and was ended; make it quicker, or raise its" in said


def test_a_program_that_floods_is_ended(tmp_path: Path) -> None:
    before: list[Find] = []
    command = prints(tmp_path, lines(objects("a")), "yes '{}'")
    said = failure(tmp_path, command, into=before)
    assert keys(before) == ["a"]
    assert "printed more than 5 MB, and was ended; let it print what is new only" in said


def test_a_program_that_is_killed_says_by_what(tmp_path: Path) -> None:
    assert "was ended by SIGKILL; run it" in failure(tmp_path, prints(tmp_path, b"", "kill -9 $$"))


def test_a_program_that_cannot_be_run_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")
    (tmp_path / "odd").write_bytes(b"\x00\x01")
    (tmp_path / "odd").chmod(0o755)
    assert "'no-such-program' cannot be run (No such file" in failure(tmp_path, "no-such-program")
    assert "'./plain' cannot be run (Permission denied)" in failure(tmp_path, "./plain")
    assert "'./odd' cannot be run (Exec format error)" in failure(tmp_path, "./odd")


def test_it_runs_in_the_home_without_a_shell_and_with_no_variable_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSNEWSLETTER_SMTP_PASSWORD", "s3cr3t")
    monkeypatch.setenv("MSNEWSLETTER_DATABASE_URL", "postgresql://u:s3cr3t@h/d")
    monkeypatch.setenv("MSNEWSLETTER_IMAP_PASSWORD", "s3cr3t")
    monkeypatch.setenv("MSNEWSLETTER_METRICS_TOKEN", "s3cr3t")
    monkeypatch.setenv("CMS_TOKEN", "s3cr3t")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
    monkeypatch.setenv("LC_TIME", "de_DE.UTF-8")
    monkeypatch.setenv("EXPORT_ACCOUNT", "its own")
    script = (
        "import json, os, sys; from pathlib import Path\n"
        "text = json.dumps([sys.argv[1:], str(Path.cwd()), dict(os.environ)])\n"
        "Path('seen.json').write_text(text)\n"
    )
    (tmp_path / "export.py").write_text(script)
    command = f"{sys.executable} export.py '$HOME *' ;"
    assert looked(tmp_path, command, environment=["EXPORT_ACCOUNT", "UNSET"]) == []
    arguments, folder, environment = json.loads((tmp_path / "seen.json").read_text())
    assert arguments == ["$HOME *", ";"]
    assert Path(folder) == tmp_path
    assert environment["EXPORT_ACCOUNT"] == "its own"
    assert environment["MSNEWSLETTER_HOME"] == str(tmp_path)
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["LC_TIME"] == "de_DE.UTF-8"
    assert "UNSET" not in environment
    assert "s3cr3t" not in str(environment)
