"""What a worker says: each state once, and nothing of its libraries."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msnewsletter.cluster.worker_log import WorkerLog, quiet_libraries

if TYPE_CHECKING:
    import pytest


def test_what_keeps_it_from_working_is_said_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    log = WorkerLog()
    log.works()
    log.waits("no answer")
    log.waits("no answer")
    assert log.says == "no answer"
    log.waits("refused")
    log.works()
    log.works()
    assert log.says is None
    assert [one.getMessage() for one in caplog.records] == ["waits", "waits", "works again"]


def test_libraries_say_nothing_by_themselves(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet_libraries()
    for name in ("procrastinate.worker", "psycopg.pool", "asyncio"):
        logging.getLogger(name).error("postgresql://news:secret@db/news")
    assert caplog.records == []
    assert capsys.readouterr().err == ""
