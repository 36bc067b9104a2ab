"""What the clock costs while nothing is due, and how long it looks for what is due.

Run by `make bench`; bench/last_reader.py measures how late an issue is.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from measure import Benchmark, Measured, Promise, at_most, milliseconds
from sample_settings import sample_settings

from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.init_home import in_sandbox
from msnewsletter.schedule.rule import rule_from
from msnewsletter.schedule.slots import due_slots

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from measure import Run

    from msnewsletter.schedule.rule import Rule

IDLE = 60  # seconds
BERLIN = ZoneInfo("Europe/Berlin")
TICKS = os.sysconf("SC_CLK_TCK")


def promises(_: Run) -> dict[str, Promise]:
    """What the clock may cost, and how late an issue may be."""
    return {
        **{
            words: Promise(
                name=f"what is due after ten years off, {words}", unit="ms", wanted=at_most(50)
            )
            for words in _rules()
        },
        "idle": Promise(
            name=f"`run` with nothing due, waking every 30 s, over {IDLE} s",
            unit="% of a core",
            wanted=at_most(0.1),
        ),
        "memory": Promise(name="`run` with nothing due: memory", unit="MB", wanted=at_most(120)),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """First what is computed, then the real process over a minute."""
    now = datetime(2036, 11, 23, 12, tzinfo=UTC)
    begin = now - timedelta(days=3653)
    for words, rule in _rules().items():
        spent = [milliseconds(lambda rule=rule: due_slots(rule, begin, now)) for _ in range(5)]  # type: ignore[misc]
        yield Measured(promise=promised[words], ours=tuple(spent))
    busy, resident = idle(run.folder / "idle")
    yield Measured(promise=promised["idle"], ours=(busy,))
    yield Measured(promise=promised["memory"], ours=(resident,))


def _rules() -> dict[str, Rule]:
    return {
        "five times a day": rule_from(
            zone=BERLIN, every="day", at=["00:00", "00:30", "01:30", "02:30", "03:00"]
        ),
        "once a month, as an rrule": rule_from(
            zone=BERLIN, rrule="FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8"
        ),
        "three times a day, as an rrule": rule_from(zone=BERLIN, rrule="FREQ=DAILY;BYHOUR=6,12,18"),
        "every second day since 1970, as an rrule": rule_from(
            zone=BERLIN, rrule="FREQ=DAILY;INTERVAL=2;BYHOUR=8", anchor="1970-01-01"
        ),
    }


def idle(root: Path) -> tuple[float, float]:
    """Percent of a core, and megabytes, of the real process while nothing is due."""
    home = scheduled(root, at="08:00", day=date.today().replace(day=1))  # noqa: DTZ011  (any day)
    process = start(home, wake=30)
    time.sleep(5)  # its start is not its idling
    before = cpu_seconds(process.pid)
    time.sleep(IDLE)
    spent = cpu_seconds(process.pid) - before
    status = Path(f"/proc/{process.pid}/status").read_text()
    resident = int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1000
    stop(process)
    return 100 * spent / IDLE, resident


def scheduled(root: Path, *, at: str, day: date, sandbox: bool = True) -> Home:
    """A home with the packaged settings, but this daily slot and this start."""
    (root / "summaries").mkdir(parents=True)
    packaged = (packaged_home() / "newsletter.toml").read_bytes()
    text = in_sandbox(packaged).decode() if sandbox else sample_settings()
    text = re.sub(r"^every = .*$", 'every = "day"', text, flags=re.MULTILINE)
    text = re.sub(r"^(on|skip) = .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^lead = .*$", 'lead = "0 minutes"', text, flags=re.MULTILINE)
    text = re.sub(r"^at = .*$", f'at = "{at}"', text, flags=re.MULTILINE)
    text = re.sub(r"^start = .*$", f"start = {day - timedelta(days=40)}", text, flags=re.MULTILINE)
    home = Home(root)
    home.settings.write_text(text)
    return home


def start(home: Home, *, wake: float) -> subprocess.Popen[bytes]:
    """The real program."""
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "run"]
    return subprocess.Popen([*words, "--wake", str(wake)], stderr=subprocess.DEVNULL)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it as systemd would."""
    process.send_signal(signal.SIGTERM)
    process.wait()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5), stat: fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


BENCHMARK = Benchmark(name="clock", promises=promises, measure=measure)
