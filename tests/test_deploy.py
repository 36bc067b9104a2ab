"""What deploy/ says, against the program and the judges that this machine has."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import yaml

from homes import command, sample_home
from msnewsletter.settings import PASSWORD
from msnewsletter.store.location import ADDRESS

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


def test_the_container_gets_every_secret_that_the_program_takes(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    given = services["clock"]["environment"]
    assert given == {name: f"${{{name}:-}}" for name in (ADDRESS, PASSWORD)}
    unit = (root / "deploy" / "systemd" / "msnewsletter.service").read_text()
    assert f"{ADDRESS}=" in unit
    assert f"{PASSWORD}=" in unit


def commands_below(root: Path, heading: str) -> list[str]:
    """Every line in the fenced blocks below a heading of docs/operations.md."""
    text = (root / "docs" / "operations.md").read_text()
    below = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_no_instructions_lead_to_samples_that_a_clock_would_publish(root: Path) -> None:
    shown = [line for line in commands_below(root, "Run on a schedule") if " init " in line]
    assert len(shown) == 2
    assert all(" init --empty " in line for line in shown)
    assert " init " not in (root / "deploy" / "compose.yaml").read_text()


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_web_server_of_another_user_reads_the_site_and_no_draft(
    root: Path, tmp_path: Path, unit: str
) -> None:
    """The commands of the document, then an issue under the unit's umask; modes tell the rest."""
    tmp_path.chmod(0o755)
    settings = (root / "deploy" / "systemd" / unit).read_text()
    [mask] = re.findall(r"^UMask=(\d+)$", settings, re.MULTILINE)
    assert re.search("^Group=msnewsletter$", settings, re.MULTILINE)
    home = sample_home(tmp_path / "srv" / "newsletter")
    for name in ("issues", "templates"):
        (home.root / name).mkdir()
    for line in commands_below(root, "Run on a schedule"):
        if "mkdir" in line or "chmod" in line:
            plain = line.replace("/srv/", f"{tmp_path}/srv/").replace("sudo -u msnewsletter ", "")
            subprocess.run(shlex.split(plain.removeprefix("sudo ")), check=True)
    done = command(home, "publish", preexec_fn=partial(os.umask, int(mask, 8)))
    assert done.returncode == 0, done.stderr
    pages = [home.site, *home.site.rglob("*")]
    assert len(pages) > 10
    for path in (home.root, home.outbox, *pages):
        needed = 0o5 if path.is_dir() else 0o4
        assert path.stat().st_mode & needed == needed, path
    for folder in (home.var, home.records, home.root / "summaries", home.templates):
        assert folder.stat().st_mode & 0o7 == 0, folder


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
