"""Chance in tests: the same at every run, unless a run asks for another one.

`make test` sets nothing, so every example and every seed is fixed there: two runs of the same code
give the same answer. The targets that explore set

    TEST_SEED            where chance begins; they draw it anew and print it
    TEST_ORDER=random    runs the files, and the tests of each, in an order of that seed
    HYPOTHESIS_PROFILE   `explore`: many more examples, of that seed (--hypothesis-seed)
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

import msnewsletter
from longest_files import put_first

if TYPE_CHECKING:
    import pytest

MORE = 20  # times as many examples when exploring

# A busy machine is no failure: neither a slow example nor slow drawing is.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, database=None, **UNTIMED)
settings.register_profile(
    "explore",
    derandomize=False,  # as it is by default where CI is set
    database=None,
    print_blob=True,
    max_examples=100 * MORE,
    **UNTIMED,
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "same")


def load_everything() -> None:
    """Import every module of the program.

    Hypothesis also draws numbers and texts that it finds in our modules, in those that are loaded:
    without this, examples would depend on the tests that ran before.
    """
    for module in pkgutil.walk_packages(msnewsletter.__path__, f"{msnewsletter.__name__}."):
        importlib.import_module(module.name)


def examples(count: int, *, exploring: int | None = None) -> int:
    """How many examples a test draws that needs fewer or more than the usual hundred.

    `exploring`: how many when exploring, for a test of which each example takes a second or more;
    without it, MORE times as many.
    """
    if PROFILE != "explore":
        return count
    return count * MORE if exploring is None else exploring


def seed(usual: int) -> int:
    """The seed of a test: `usual`, or another one for each usual when a run brings its own."""
    given = os.environ.get("TEST_SEED")
    return random.Random(f"{given} {usual}").getrandbits(32) if given else usual


def in_order(items: list[pytest.Item]) -> None:
    """Put tests into the order that this run wants; files stay together, as on one worker."""
    if os.environ.get("TEST_ORDER") == "random":
        order = random.Random(seed(0))
        items.sort(key=lambda item: item.nodeid)  # whatever the order in which they were found
        order.shuffle(items)
        files = list(dict.fromkeys(item.path for item in items))
        items.sort(key=lambda item: files.index(item.path))
    else:
        put_first(items)


def told() -> str | None:
    """One line with which the chance of this run can be repeated; nothing where it is fixed."""
    given = os.environ.get("TEST_SEED")
    return f"chance: TEST_SEED={given} (repeat it with SEED={given})" if given else None
