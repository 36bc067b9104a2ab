"""The clock: wakes up, lets the publisher do what is due, tells the editors, survives failures.

Owns when something is tried again. Never decides what is due or what goes out.
"""

from msnewsletter.clock.heartbeat import FailingStep, Heartbeat, read_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.clock.timer import run_every

__all__ = ["Clock", "FailingStep", "Heartbeat", "read_heartbeat", "run_every"]
