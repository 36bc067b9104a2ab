"""Which test files take longest: they are run first, so that all workers end at the same time.

A file stays on one worker (`--dist loadfile`). By itself pytest-xdist begins with the files of most
tests, and ends with those of a few tests that take a minute: then one worker works and the others
are done. The order needs to be about right only; `pytest --durations=0` shows it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).parent
# From a minute to ten seconds of work on a quiet core, in November 2026.
LONGEST = (
    "web/test_judged.py",
    "publisher/test_faults.py",
    "store/test_migrations.py",
    "clock/test_sending.py",
    "crash/test_mailing_kills.py",
    "crash/test_worker_kills.py",
    "cluster/test_partition.py",
    "postgres/test_failover.py",
    "web/desk/test_every_screen.py",
    "cli/test_json.py",
    "store/test_made_homes.py",
    "web/desk/test_editors_way.py",
    "render/mail/test_judged.py",
    "test_first_hour.py",
    "test_chance.py",
    "publisher/test_publish.py",
    "publisher/site/test_corrections.py",
    "publisher/site/test_write.py",
    "clock/test_four_weeks.py",
    "publisher/test_any_summaries.py",
    "publisher/test_after_sending.py",
    "crash/test_crashes.py",
    "publisher/test_sources_over_time.py",
    "publisher/test_lives.py",
    "publisher/test_backup.py",
    "publisher/test_hub_pings.py",
    "publisher/test_bad_days.py",
    "web/desk/summaries/test_overrides.py",
    "plugins/test_consumers.py",
    "clock/test_loop.py",
    "test_guides.py",
    "publisher/test_corrections.py",
    "publisher/test_takedown.py",
    "clock/test_kills_and_races.py",
    "postgres/test_two_machines.py",
    "publisher/delivering/test_bad_mail_servers.py",
    "publisher/site/test_move.py",
    "publisher/delivering/test_sending_state.py",
    "publisher/came_back/test_inbound_handler.py",
    "test_systemd.py",
    "cli/test_snapshots.py",
    "store/subscribers/test_subscriber_migrations.py",
    "plugins/test_consumers_at_work.py",
    "plugins/test_source_plugins.py",
    "test_tutorial.py",
    "test_docs_site.py",
    "release/test_black_box.py",
)


def put_first(items: list[pytest.Item]) -> None:
    """Put the tests of these files first, the longest first; the others keep their order."""
    places = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
