"""Files, folders and addresses are documents; what cannot be had costs no other."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.importing.import_documents import documents_at
from msnewsletter.sources.importing.imported_document import ImportedDocument
from sources.fetch.web_server import Answer, serving

if TYPE_CHECKING:
    from pathlib import Path


def found(place: str, *, kind: str | None = None, private: bool = True) -> list[str]:
    """The places of documents, and what is said instead."""
    limits = FetchLimits(private=private, pause=0, timeout=5, once=True)
    with Fetcher(agent="test", limits=limits, now=lambda: datetime.now(UTC)) as fetcher:
        return [
            f"{one.place}={one.data.decode()}" if isinstance(one, ImportedDocument) else str(one)
            for one in documents_at(place, kind=kind, fetcher=fetcher)
        ]


def test_a_folder_gives_the_files_that_may_hold_summaries(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "gut").mkdir(parents=True)
    (site / "gut" / "index.html").write_text("<html>")
    (site / "b.CSV").write_text("x")
    (site / "style.css").write_text("p {}")
    (site / "logo.png").write_bytes(b"\x89PNG")
    (site / ".hidden.md").write_text("# no")
    (tmp_path / "secret.md").write_text("# secret")
    (site / "link.md").symlink_to(tmp_path / "secret.md")
    os.mkfifo(site / "pipe.md")
    said = found(str(site))
    assert [line for line in said if "=" in line] == [
        f"{site}/b.CSV=x",
        f"{site}/gut/index.html=<html>",
    ]
    assert f"{site}: 2 files of other kinds are passed over" in said
    assert any("leads out of its folder" in line for line in said)
    assert any("is a pipe" in line for line in said)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    [line] = found(str(tmp_path / "no.csv"))
    assert line.endswith("no.csv: does not exist; check the path")


def test_an_address_is_asked_for_and_a_failure_is_one_line() -> None:
    with serving({"/a.md": Answer(body=b"# A", kind="text/markdown")}) as server:
        assert found(server.url("/a.md")) == [f"{server.url('/a.md')}=# A"]
        [line] = found(server.url("/gone"))
        assert server.url("/gone") in line
        assert "404" in line


def test_an_address_of_this_machine_is_refused_unless_it_is_allowed() -> None:
    with serving({"/a.md": Answer(body=b"# A")}) as server:
        [line] = found(server.url("/a.md"), private=False)
        assert server.paths == []
    assert line.endswith("; correct the address, or add --private: it is of your own network")
