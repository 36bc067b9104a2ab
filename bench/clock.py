"""Measures the clock: what it costs while nothing is due, and how late an issue is.

Run by `make bench-clock`; takes two minutes and a half. docs/performance.md records the figures.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from archives import write_study

from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.init_home import in_sandbox
from msnewsletter.schedule.rule import rule_from
from msnewsletter.schedule.slots import due_slots

IDLE = 60  # seconds
WAKE = 1  # seconds, for the latency
TICKS = os.sysconf("SC_CLK_TCK")
BERLIN = ZoneInfo("Europe/Berlin")


def main() -> None:
    """Measure all three and print a line for each."""
    downtime()
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        idle(Path(folder) / "idle")
        latency(Path(folder) / "latency")


def downtime() -> None:
    """What is due after ten years off, for a daily and for a monthly rule."""
    now = datetime(2036, 11, 23, 12, tzinfo=UTC)
    for words, rule in {
        "five times a day": rule_from(
            zone="Europe/Berlin", every="day", at=["00:00", "00:30", "01:30", "02:30", "03:00"]
        ),
        "once a month, as an rrule": rule_from(
            zone="Europe/Berlin", rrule="FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8"
        ),
        "three times a day, as an rrule": rule_from(
            zone="Europe/Berlin", rrule="FREQ=DAILY;BYHOUR=6,12,18"
        ),
        "every second day since 1970, as an rrule": rule_from(
            zone="Europe/Berlin", rrule="FREQ=DAILY;INTERVAL=2;BYHOUR=8", anchor="1970-01-01"
        ),
    }.items():
        spent = []
        for _ in range(5):
            began = time.perf_counter()
            due = due_slots(rule, now - timedelta(days=3653), now)
            spent.append(time.perf_counter() - began)
        print(f"due_slots, ten years, {words}: {len(due)} slots in {1000 * median(spent):.1f} ms")


def idle(root: Path) -> None:
    """CPU and memory of the real process over a minute in which nothing is due."""
    home = scheduled(root, at="08:00", day=date.today().replace(day=1))  # noqa: DTZ011  (any day)
    process = start(home, wake=30)
    time.sleep(5)  # its start is not its idling
    before = cpu_seconds(process.pid)
    time.sleep(IDLE)
    spent = cpu_seconds(process.pid) - before
    status = Path(f"/proc/{process.pid}/status").read_text()
    resident = int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1000
    stop(process)
    print(f"idle for {IDLE} s: {100 * spent / IDLE:.3f} % of a core, {resident:.0f} MB resident")


def latency(root: Path) -> None:
    """From the slot to the finished folder in the outbox, eight summaries."""
    slot = (datetime.now(BERLIN) + timedelta(seconds=70)).replace(second=0, microsecond=0)
    home = scheduled(root, at=f"{slot:%H:%M}", day=slot.date())
    for number in range(8):
        write_study(home, number, datetime.now(UTC) - timedelta(days=1))
    process = start(home, wake=WAKE)
    folder = home.outbox / "new" / "0001"
    while not folder.exists():
        time.sleep(0.005)
    late = (datetime.now(UTC) - slot).total_seconds()
    stop(process)
    print(f"slot to outbox, 8 summaries, waking every {WAKE} s: {late:.2f} s")


def scheduled(root: Path, *, at: str, day: date) -> Home:
    """A home with the packaged settings, but this daily slot and this start."""
    (root / "summaries").mkdir(parents=True)
    text = in_sandbox((packaged_home() / "newsletter.toml").read_bytes()).decode()
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


if __name__ == "__main__":
    main()
