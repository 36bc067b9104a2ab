"""The clock: wakes up, lets the publisher do what is due, tells the editors, survives failures.

Owns when something is tried again. Never decides what is due or what goes out.
"""

from msnewsletter.clock.heartbeat import Heartbeat, Trouble, read_heartbeat
from msnewsletter.clock.loop import Watch
from msnewsletter.clock.timer import ring

__all__ = ["Heartbeat", "Trouble", "Watch", "read_heartbeat", "ring"]
