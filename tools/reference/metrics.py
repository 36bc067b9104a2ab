"""docs/reference/metrics.md: the figures of `/metrics`, as a server would print them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from msnewsletter.store.subscribers.door_queries import WaitingLetters
from msnewsletter.subscribers.delivery_state import Balance
from msnewsletter.web.public.door_metrics import DoorFigures, exposition
from reference.markdown import code, page, table

_HEAD: Final = """\
# Metrics

The figures that `serve` has at `/metrics`, for Prometheus; who may read them is in
[monitoring](../guides/monitoring.md#figures-for-prometheus). Nobody's address is in them. All are
gauges."""


def metrics_page() -> str:
    """The page."""
    figures = DoorFigures(
        subscribers={},
        mailings={1: Balance(counts={})},
        letters=WaitingLetters(count=0, failing=0, since=None),
        oldest=None,
    )
    rows = []
    for family in text_string_to_metric_families(exposition(figures, datetime.now(UTC))):
        labels = dict.fromkeys(label for sample in family.samples for label in sample.labels)
        rows.append((code(family.name), ", ".join(map(code, labels)), family.documentation))
    return page(_HEAD, table(("name", "labels", "what it counts"), rows))
