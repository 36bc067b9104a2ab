"""examples/catch_mail.py: each mail becomes a file under its number, and its text beside it."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from example_servers import at_work, came

if TYPE_CHECKING:
    from pathlib import Path


LINK = "http://127.0.0.1:8000/confirm/" + "Abc123_-" * 12


def caught(root: Path, folder: Path, *mails: tuple[str, bytes]) -> dict[str, bytes]:
    """The files of mails that were sent one after the other, by name."""
    program = [sys.executable, root / "examples" / "catch_mail.py", "0", folder]
    with at_work(program) as port, smtplib.SMTP("127.0.0.1", port) as server:
        for to, mail in mails:
            server.sendmail("a@example.org", [to], mail)
        came(folder, len(mails))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_mail_becomes_a_file_with_its_text_beside_it(root: Path, tmp_path: Path) -> None:
    asked = EmailMessage()
    asked.set_content(f"Grüße! Open this:\n\n{LINK}\n", cte="quoted-printable")
    asked.add_alternative(f'<p><a href="{LINK}">Open</a></p>', subtype="html")
    plain = b"Subject: Hello\r\n\r\n.dot\r\n"
    files = caught(root, tmp_path, ("bo@example.org", plain), ("ada@example.org", bytes(asked)))
    assert files["0001-bo@example.org.eml"] == plain
    assert files["0001-bo@example.org.txt"] == b".dot\n"
    assert LINK.encode() not in files["0002-ada@example.org.eml"]
    assert files["0002-ada@example.org.txt"].decode() == f"Grüße! Open this:\n\n{LINK}\n"
    assert len(files) == 4


def test_a_mail_without_text_is_kept_as_it_came_and_said_in_one_line(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty = b"Content-Type: text/plain; charset=none-such\r\n\r\n\r\n"
    odd = b"Content-Type: text/plain; charset=none-such\r\n\r\nTh\xe9re\r\n"
    files = caught(root, tmp_path, ("bo@example.org", empty), ("bo@example.org", odd))
    assert files["0001-bo@example.org.eml"] == empty
    assert "0001-bo@example.org.txt" not in files
    assert files["0002-bo@example.org.txt"].decode() == "Th\ufffdre\n"
    told = "0001-bo@example.org.eml: no text can be read in it; it is kept as it came\n"
    assert capfd.readouterr().err == told


def test_no_address_leads_out_of_the_folder_or_is_too_long_for_a_name(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    mails = [(f"{local}@example.org", b"Text.\r\n") for local in ("../../away", "x" * 400)]
    files = caught(root, folder, *mails)
    assert sorted(files) == [
        *("0001-.._.._away@example.org.eml", "0001-.._.._away@example.org.txt"),
        *(f"0002-{'x' * 100}.eml", f"0002-{'x' * 100}.txt"),
    ]
    assert [*tmp_path.iterdir()] == [folder]


def test_a_port_that_is_taken_is_one_line(root: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        taken = str(held.getsockname()[1])
        program = [sys.executable, root / "examples" / "catch_mail.py", taken, tmp_path]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("catch_mail: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a port and a folder, e.g. 2525 inbox"),
        (["inbox", "2525"], "name a port and a folder, e.g. 2525 inbox"),
        (["99999", "inbox"], "no port is above 65535; name another one"),
    ],
)
def test_what_cannot_be_a_port_and_a_folder_is_one_line(
    root: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    program = [sys.executable, root / "examples" / "catch_mail.py", *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, f"catch_mail: {said}\n")


def test_a_python_that_lacks_the_program_is_told_which_one_has_it(root: Path) -> None:
    # -S -E: without packages and PYTHONPATH, as the system's own Python is.
    program = [sys.executable, "-S", "-E", root / "examples" / "catch_mail.py", "0", "inbox"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert ".venv/bin/python examples/catch_mail.py 2525 inbox" in done.stderr
    assert len(done.stderr.splitlines()) == 1
