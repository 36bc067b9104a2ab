"""The clock: wakes up, lets the publisher do what is due, notifies the editors, survives failures.

Owns the retries. Never decides what is due or what goes out.
"""

from msnewsletter.clock.heartbeat import FailingStep, Heartbeat, read_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.clock.timer import run_every

__all__ = ["Clock", "FailingStep", "Heartbeat", "read_heartbeat", "run_every"]
