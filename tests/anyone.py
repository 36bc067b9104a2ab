"""Root without the right to read and write whatever it likes: it meets closed doors like anyone."""

from __future__ import annotations

import ctypes
import os

_OVERRIDE, _READ_SEARCH = 1, 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of <linux/capability.h>
_DROP = 24  # PR_CAPBSET_DROP of <linux/prctl.h>
_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3


def become_anyone() -> None:
    """Give that right up for good, in this process and in all that it starts."""
    if os.getuid():
        return  # nobody else has it
    libc = ctypes.CDLL(None, use_errno=True)
    dropped = (_OVERRIDE, _READ_SEARCH)
    for capability in dropped:
        _check(libc.prctl(_DROP, capability, 0, 0, 0))
    head = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: first their lower halves
    _check(libc.capget(head, sets))
    for index in range(3):
        for capability in dropped:
            sets[index] &= ~(1 << capability)
    _check(libc.capset(head, sets))


def _check(answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
