"""One object says which home may release an issue, and where what a home lacks may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from databases import on_both
from homes import AT, empty_home, write_summary
from msnewsletter.disk import outbox
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.release_claim import is_begun_here, may_be_elsewhere, release_claim_of
from msnewsletter.publisher.session import Step, working

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.release_claim import ReleaseClaim
    from msnewsletter.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One with a summary to publish."""
    home = empty_home(tmp_path / "one")
    write_summary(home, "a")
    return home


@pytest.fixture
def beside(tmp_path: Path) -> Home:
    """Another machine's, with an outbox of its own."""
    home = empty_home(tmp_path / "other")
    outbox.sweep(home)
    return home


def interrupted(home: Home, step: Step) -> Home:
    """The home after publishing that was stopped at a step."""

    def reached(now: Step) -> None:
        if now is step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(home, at=AT, reached=reached)
    return home


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    """The database of both, with an issue whose release was begun."""
    interrupted(home, Step.PUBLISHING)
    with working(home, at=AT) as session:
        yield session.store


def put_aside(home: Home, number: int) -> None:
    """A folder that is left in `tmp/` from an attempt of this home."""
    outbox.write_issue(home, number, {}, b"{}")


def answers(claim: ReleaseClaim) -> tuple[bool, bool, bool, bool]:
    """Ours; in `tmp/` and ours to release; out by its record; nobody here knows."""
    return claim.is_ours(), claim.waits_here(1), claim.is_out(1), claim.doubt(1) is not None


@on_both
def test_the_home_that_began_a_release_may_finish_it(
    home: Home, store: Store, database: str
) -> None:
    shared = database == "postgresql"
    claim = release_claim_of(home, store)
    assert answers(claim) == (True, True, shared, False)
    outbox.release_issue(home, 1)
    assert answers(claim) == (True, False, True, False)
    assert is_begun_here(home) is shared
    claim.forget()
    assert not is_begun_here(home)


@pytest.mark.usefixtures("postgresql")
def test_another_home_on_the_database_may_not_whatever_lies_in_its_outbox(
    beside: Home, store: Store
) -> None:
    claim = release_claim_of(beside, store)
    assert answers(claim) == (False, False, True, True)
    put_aside(beside, 1)
    assert answers(claim) == (False, False, True, True)
    assert "another machine began to release it" in str(claim.doubt(1))


@pytest.mark.usefixtures("postgresql")
def test_who_takes_the_claim_has_it_and_the_other_has_it_no_more(
    home: Home, beside: Home, store: Store
) -> None:
    first, second = release_claim_of(home, store), release_claim_of(beside, store)
    second.take(at=AT)
    assert (first.is_ours(), second.is_ours()) == (False, True)
    assert first.doubt(1)
    first.take(at=AT)
    assert (first.is_ours(), second.is_ours()) == (True, False)


@pytest.mark.usefixtures("postgresql")
def test_a_home_that_dies_while_it_takes_the_claim_has_not_got_it(
    beside: Home, store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(store), "set_release_claim", die)
    with pytest.raises(KeyboardInterrupt):
        release_claim_of(beside, store).take(at=AT)
    assert not release_claim_of(beside, store).is_ours()
    assert release_claim_of(home, store).is_ours()


@on_both
def test_with_the_outbox_removed_nobody_knows_and_a_person_may_say(
    home: Home, store: Store
) -> None:
    (home.outbox / "tmp" / "0001").rename(home.root / "kept")
    (home.outbox / "tmp").rmdir()
    doubt = release_claim_of(home, store).doubt(1)
    assert doubt
    assert "msnewsletter resolve 1 --sent" in doubt.remedy


@on_both
@pytest.mark.parametrize("step", [Step.WRITTEN, Step.PUBLISHED])
def test_of_an_issue_that_is_not_yet_or_no_more_being_released_nothing_is_in_doubt(
    home: Home, beside: Home, step: Step
) -> None:
    interrupted(home, step)
    with working(home, at=AT) as session:
        for one in (home, beside):
            assert release_claim_of(one, session.store).doubt(1) is None


@on_both
def test_only_on_a_shared_database_may_another_home_have_what_is_not_here(
    store: Store, database: str
) -> None:
    assert may_be_elsewhere(store) is (database == "postgresql")


def test_nobody_else_reasons_about_whether_the_database_is_shared(root: Path) -> None:
    publisher = root / "src" / "msnewsletter" / "publisher"
    asking = {path.name for path in publisher.rglob("*.py") if "store.shared" in path.read_text()}
    assert asking == {"release_claim.py"}
