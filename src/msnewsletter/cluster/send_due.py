"""Send what is due, as the settings have it: from here, or by workers.

Whatever workers need is imported only where they are wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.cluster.installed import refuse_missing_parts
from msnewsletter.publisher.delivering.deliver import deliver
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.delivery_run import Delivered, DeliveryRequest


def send_due(home: Home, request: DeliveryRequest) -> Delivered:
    """Send what is due, or have it sent; see `run_due` for what it raises.

    SettingsError, too, where workers are wanted and a part that they need is not installed.
    """
    section = load_settings(home.settings).deliver
    send = deliver
    if section and section.workers:
        refuse_missing_parts()
        from msnewsletter.cluster.coordinate import coordinate  # noqa: PLC0415  (an extra)

        send = coordinate
    return send(home, request)
