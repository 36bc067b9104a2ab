"""What benchmarks are made of: promises, the table of them, and the model of docs/scaling.md."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

BENCH = Path(__file__).parents[1] / "bench"


def loaded(name: str) -> ModuleType:
    """A module of the benchmarks, which are no package.

    Not by a search path, for some names of theirs are names of tests, too.
    """
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


measure = loaded("measure")
promise_table = loaded("promise_table")
scaling_model = loaded("scaling_model")


def promise(wanted: object = None, peer: str = "the peer") -> Any:
    return measure.Promise(name="it is quick", unit="ms", wanted=wanted, peer=peer)


def cells(row: object) -> list[str]:
    line = promise_table.table([row]).splitlines()[-1]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_has_medians_their_spread_and_whether_the_promise_was_kept() -> None:
    kept = measure.Measured(
        promise=promise(measure.ratio_at_most(2)), ours=(3, 1, 2), theirs=(1, 1, 1)
    )
    assert cells(kept) == [
        "it is quick",
        "2 ms (1 to 3)",
        "the peer",
        "1 ms (1 to 1)",
        "2 (1 to 3)",
        "at most 2",
        "yes",
    ]


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (measure.ratio_at_most(1.9), False),
        (measure.ratio_at_least(2), True),
        (measure.ratio_at_least(2.1), False),
        (measure.at_most(20), True),
        (measure.at_least(21), False),
        (None, None),
    ],
)
def test_a_promise_is_of_the_ratio_or_of_ours_and_has_its_side(wanted: object, met: object) -> None:
    found = measure.Measured(promise=promise(wanted), ours=(20, 20), theirs=(10, 10))
    assert found.met is met


def test_turns_are_compared_each_with_its_own() -> None:
    # All that is slow in a turn is slow for both.
    found = measure.Measured(promise=promise(), ours=(2, 20, 200), theirs=(1, 10, 100))
    assert found.ratios == (2, 2, 2)


def test_a_peer_that_did_nothing_does_not_stop_the_table() -> None:
    found = measure.Measured(promise=promise(measure.ratio_at_most(1)), ours=(3,), theirs=(0,))
    assert cells(found)[-3:] == ["inf", "at most 1", "**no**"]


def test_by_turns_drops_the_first() -> None:
    ours, theirs = iter(range(10)), iter(range(10, 20))
    found = measure.by_turns(lambda: next(ours), lambda: next(theirs), turns=2, warm_up=1)
    assert found == ((1, 2), (11, 12))


def found_of(tmp_path: Path, fails: Exception) -> list[Any]:
    """The rows of a benchmark with two promises, which fails after the first."""
    promises = {name: measure.Promise(name=name, unit="s", wanted=None) for name in "ab"}

    def figures(_: object, promised: Mapping[str, Any]) -> Iterator[object]:
        yield measure.Measured(promise=promised["a"], ours=(1,))
        raise fails

    benchmark = measure.Benchmark(name="x", promises=lambda _: promises, measure=figures)
    return list(measure.rows([benchmark], tmp_path, full=False))


def test_a_missing_peer_is_named_and_has_no_figure(tmp_path: Path) -> None:
    missing = measure.PeerMissingError("nginx is not installed: apt-get install nginx-light")
    first, second = found_of(tmp_path, missing)
    assert first.ours == (1,)
    assert cells(second)[:5] == [
        "b",
        "not measured: nginx is not installed: apt-get install nginx-light",
        "",
        "",
        "",
    ]
    assert not second.ours_failed


def test_a_benchmark_that_fails_says_so_and_stops_no_other(tmp_path: Path) -> None:
    _, second = found_of(tmp_path, ValueError("a | line\nand more"))
    assert cells(second)[1].startswith("not measured: it failed: ValueError: a")
    assert second.ours_failed
    assert len(promise_table.table([second]).splitlines()) == 3


def test_a_promise_that_nobody_measured_is_a_failure_of_ours(tmp_path: Path) -> None:
    one = measure.Benchmark(
        name="x",
        promises=lambda _: {"a": promise()},
        measure=lambda *_: iter(()),
    )
    (row,) = measure.rows([one], tmp_path, full=False)
    assert row.ours_failed


PAGE = """# Before

<!-- make bench: what follows is generated -->

old

<!-- make bench: end -->
after
"""


def test_the_table_is_written_between_its_marks_alone_as_often_as_one_likes(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    for _ in range(2):
        promise_table.write(page, "new\n")
    assert page.read_text() == PAGE.replace("old", "new")


@pytest.mark.parametrize("text", ["", PAGE + PAGE, PAGE.replace("end -->", "-->")])
def test_a_page_without_marks_is_left_as_it_was(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"page\.md: it needs the lines"):
        promise_table.write(page, "new")
    assert page.read_text() == text


def test_figures_of_a_busy_machine_are_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    promise_table.write_quiet(page, "new", load=1000.0)
    assert page.read_text() == PAGE
    assert "left as it was: a load average of 1000.0" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["performance", "scaling"])
def test_the_pages_have_their_marks(name: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text((BENCH.parent / "docs" / f"{name}.md").read_text())
    promise_table.write(page, "| new |")
    assert "| new |" in page.read_text()


INPUTS = scaling_model.Inputs(cpu=0.0002, busy=0.5, rows=100_000, wire=40_000)


def test_the_model_says_again_what_it_was_made_from() -> None:
    # 0.0002 s of CPU time at half a core: 0.0004 s a message.
    assert scaling_model.predicted(10_000, INPUTS) == pytest.approx(0.1 + 4)


@pytest.mark.parametrize(
    ("limits", "seconds"),
    [
        ({"senders": 4}, 0.1 + 1),
        ({"bandwidth": 4_000_000.0}, 0.1 + 100),
        ({"provider": 10.0}, 0.1 + 1000),
        ({"provider": 10.0, "bandwidth": 4_000_000.0, "senders": 4}, 0.1 + 1000),
    ],
)
def test_the_slowest_of_senders_line_and_server_decides(
    limits: dict[str, Any], seconds: float
) -> None:
    assert scaling_model.predicted(10_000, INPUTS, **limits) == pytest.approx(seconds)
