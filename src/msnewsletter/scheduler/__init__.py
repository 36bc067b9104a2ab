"""The clock: wakes up, lets the publisher do what is due, tells the editors, survives failures.

Owns when something is tried again. Never decides what is due or what goes out.
"""

from msnewsletter.scheduler.alarm import ring
from msnewsletter.scheduler.heartbeat import Heartbeat, Trouble, read_heartbeat
from msnewsletter.scheduler.watch import Watch

__all__ = ["Heartbeat", "Trouble", "Watch", "read_heartbeat", "ring"]
