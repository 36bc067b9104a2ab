"""What deploy/ says, against the program and the judges that this machine has."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from homes import command, sample_home

PROGRAM = Path(sys.executable).with_name("msnewsletter")
UNITS = ("msnewsletter.service", "msnewsletter-once.service", "msnewsletter-once.timer")


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_starts_the_program_with_options_that_it_has(
    root: Path, tmp_path: Path, unit: str
) -> None:
    text = (root / "deploy" / "systemd" / unit).read_text()
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = shlex.split(line)[3:]
    assert command(sample_home(tmp_path), *words, "--help").returncode == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(root: Path, tmp_path: Path) -> None:
    for name in UNITS:
        text = (root / "deploy" / "systemd" / name).read_text()
        (tmp_path / name).write_text(
            text.replace("/opt/msnewsletter/bin/msnewsletter", str(PROGRAM))
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr, done.stderr


def test_the_image_copies_files_that_exist_and_starts_the_clock_as_nobody_special(
    root: Path, tmp_path: Path
) -> None:
    text = (root / "deploy" / "Dockerfile").read_text()
    ignored = (root / ".dockerignore").read_text().splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        for name in line.split()
    ]
    assert copied
    for name in copied:
        assert (root / name).exists(), name
        assert f"!{Path(name).as_posix()}" in ignored, name
    assert "\nUSER 10001\n" in text
    for found in (r"^CMD (\[.*\])$", r"^HEALTHCHECK .* CMD (\[.*\])$"):
        [words] = re.findall(found, text, re.MULTILINE)
        verb = [word for word in json.loads(words) if word != "msnewsletter"]
        assert command(sample_home(tmp_path / verb[0]), *verb, "--help").returncode == 0


def test_the_web_server_of_the_compose_file_gets_nothing_to_write(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    assert all(volume.endswith(":ro") for volume in services["web"]["volumes"])
    assert services["clock"]["build"]["dockerfile"] == "deploy/Dockerfile"
    assert (root / "deploy" / "nginx.conf").exists()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_its_configuration(root: Path, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(
        f"events {{}} pid {tmp_path}/pid; error_log stderr; "
        f"http {{ include {root}/deploy/nginx.conf; }}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
