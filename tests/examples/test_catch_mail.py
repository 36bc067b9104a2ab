"""examples/catch_mail.py: mail that it takes becomes a file, whole and under its number."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from example_servers import at_work, came

if TYPE_CHECKING:
    from pathlib import Path


def test_each_mail_becomes_a_file(root: Path, tmp_path: Path) -> None:
    program = [sys.executable, root / "examples" / "catch_mail.py", "0", tmp_path]
    with at_work(program) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail("a@example.org", ["bo@example.org"], "Subject: Hello\r\n\r\n.dot\r\n")
        [mail] = came(tmp_path, 1)
    assert mail.name == "0001-bo@example.org.eml"
    assert mail.read_bytes() == b"Subject: Hello\r\n\r\n.dot\r\n"


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
