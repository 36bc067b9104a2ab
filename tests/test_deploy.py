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
from msnewsletter.cli.secret_files import FOLDER
from msnewsletter.cluster.lease import Periods
from msnewsletter.delivery_settings import IMAP_PASSWORD, METRICS_TOKEN
from msnewsletter.settings_errors import PASSWORD
from msnewsletter.store.location import ADDRESS

PROGRAM = Path(sys.executable).with_name("msnewsletter")
PUBLISHING = ("msnewsletter.service", "msnewsletter-once.service")
SERVICES = (*PUBLISHING, "msnewsletter-serve.service", "msnewsletter-worker@.service")
OF_THE_PROGRAM = ("clock", "door", "desk", "worker")
UNITS = (*SERVICES, "msnewsletter-once.timer")


@pytest.mark.parametrize("unit", SERVICES)
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


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_may_do_little_besides_its_work(root: Path, unit: str) -> None:
    """By systemd's own measure, from 0 (it may do nothing) to 100 (all that root may)."""
    path = str(root / "deploy" / "systemd" / unit)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


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
    assert verb == ["doctor", "--clock"], "what the container meets does not make it unhealthy"


def test_the_web_server_of_the_compose_file_gets_nothing_to_write(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    assert all(volume.endswith(":ro") for volume in services["web"]["volumes"])
    assert services["clock"]["build"]["dockerfile"] == "deploy/Dockerfile"
    assert (root / "deploy" / "nginx.conf").exists()


def test_containers_get_secrets_as_files_and_no_environment_holds_one(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    for name in OF_THE_PROGRAM:
        assert services[name]["environment"] == {FOLDER: "/run/secrets"}
        assert "./secrets:/run/secrets:ro" in services[name]["volumes"]
    assert "deploy/secrets/" in (root / ".gitignore").read_text().splitlines()
    ignored = (root / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert not any("deploy" in line for line in ignored), "nothing of deploy/ gets into the image"


def test_units_say_which_secrets_belong_into_their_file(root: Path) -> None:
    secrets = {
        "msnewsletter.service": (ADDRESS, PASSWORD, IMAP_PASSWORD),
        "msnewsletter-serve.service": (ADDRESS, PASSWORD, METRICS_TOKEN),
        "msnewsletter-worker@.service": (ADDRESS, PASSWORD),
    }
    for unit, names in secrets.items():
        text = (root / "deploy" / "systemd" / unit).read_text()
        assert all(f"{name}=" in text for name in names)


def test_what_not_everybody_needs_starts_only_where_it_is_asked_for(
    root: Path, tmp_path: Path
) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    named = {name: one["profiles"] for name, one in services.items() if "profiles" in one}
    assert named == {"door": ["door"], "desk": ["desk"], "worker": ["worker"]}
    for name in named:
        words = services[name]["command"]
        assert command(sample_home(tmp_path / name), *words, "--help").returncode == 0
    alike = ("build", "environment", "restart", "read_only", "tmpfs", "cap_drop", "security_opt")
    for name in OF_THE_PROGRAM:
        assert all(services[name][key] == services["clock"][key] for key in alike), name


def test_the_desk_of_the_compose_file_is_open_to_this_machine_alone(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    published = {name: one["ports"] for name, one in services.items() if "ports" in one}
    assert published == {"desk": ["127.0.0.1:8025:8025"], "web": ["8080:8080"]}


def test_a_worker_has_longer_to_stop_than_it_takes(root: Path) -> None:
    text = (root / "deploy" / "systemd" / "msnewsletter-worker@.service").read_text()
    [seconds] = re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert int(seconds) > 2 * Periods().last
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    assert services["worker"]["stop_grace_period"] == f"{seconds}s"


def commands_below(root: Path, heading: str) -> list[str]:
    """Every line in the fenced blocks below a heading of docs/guides/scheduling.md."""
    text = (root / "docs" / "guides" / "scheduling.md").read_text()
    below = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_no_instructions_lead_to_samples_that_a_clock_would_publish(root: Path) -> None:
    shown = [line for line in commands_below(root, "Run on a schedule") if " init " in line]
    assert len(shown) == 2
    assert not any("--samples" in line for line in shown)
    assert " init " not in (root / "deploy" / "compose.yaml").read_text()


@pytest.mark.parametrize("unit", PUBLISHING)
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
        if "/srv/" in line and ("mkdir" in line or "chmod" in line):
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
