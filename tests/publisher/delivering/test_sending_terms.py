"""The settings that a home and its workers must have in common."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (a fixture's type)

from delivering import newsletter
from msnewsletter.delivery_settings import DeliverSection
from msnewsletter.publisher.delivering.sending_terms import other_terms, sending_terms
from msnewsletter.settings import load_settings
from peers.recording_server import RecordingServer  # noqa: TC001  (a fixture's type)


def test_limits_and_sender_must_agree_and_how_a_machine_sends_need_not(
    server: RecordingServer, tmp_path: Path
) -> None:
    settings = load_settings(newsletter(tmp_path, server).home.settings)
    shared = sending_terms(settings, DeliverSection(per_day=5))
    own = DeliverSection(per_day=5, connections=9, pipelining=False, automatic=True)
    assert other_terms(sending_terms(settings, own), shared) is None
    strangers = DeliverSection(bounces="bounces@example.org")
    assert other_terms(sending_terms(settings, strangers), shared) == (
        "newsletter.toml here is not as the home's in deliver.bounces, deliver.per_day; copy that "
        "of the home here"
    )


def test_without_a_home_that_has_said_so_nothing_is_compared(
    server: RecordingServer, tmp_path: Path
) -> None:
    settings = load_settings(newsletter(tmp_path, server).home.settings)
    assert other_terms(sending_terms(settings, DeliverSection()), {}) is None
