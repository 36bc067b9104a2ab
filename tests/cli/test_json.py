"""What `--json` prints, against the schemas in docs/schemas/, for homes in every state."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from homes import AT, command, empty_home, sample_home, write_summary
from made_kinds import with_sources
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.came_back.inbound_memory import InboundMemory, keep_inbound_memory
from msnewsletter.publisher.delivering.sender_memory import note_end
from msnewsletter.publisher.publish import publish, publish_site
from msnewsletter.publisher.restore import RestoredFrom
from msnewsletter.publisher.retractions import check_retractions
from msnewsletter.publisher.send_back import send_back
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.site.push_state import change_push_state
from msnewsletter.publisher.source_memory import (
    IndexedSummary,
    SourceHealth,
    SourceMemory,
    write_health,
    write_index,
)
from msnewsletter.publisher.subscribing.by_hand import enter
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.serialize import pretty, to_document
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.bounces import BounceKind, NotedBounce
from msnewsletter.subscribers.delivery_state import DeliveryResult, DeliveryState
from msnewsletter.subscribers.subscriber import SubscriberState
from retraction_watch import notice, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
VERBS = ("status", "check", "doctor", "read")


class _KilledError(Exception):
    pass


def empty(root: Path) -> tuple[Home, datetime]:
    return empty_home(root), AT


def samples(root: Path) -> tuple[Home, datetime]:
    home = sample_home(root)
    home.records.mkdir()
    (home.records / "next.md").write_text("---\nissue: 7\n---\nFor a later one.\n")
    return home, AT


def full_of_fields(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    front = {
        "doi": "10.1000/a",
        "pmid": "12345",
        "url": "https://notes.example.org/a",
        "journal": "Brain",
        "teaser": "Short.",
        "disclaimer": "Not advice.",
        "studied_in": "mice",
        "tags": "[cells]",
        "cover_date": "2026-12",
        "reviewed_by": "Ada",
        "reviewed_on": "2026-11-20",
        "written_by": "ai and people",
        "title": "Short",
        "caution": "Only 12 people took part.",
        "key_messages": '["It rose, a little.", It fell.]',
        "evidence": "Peer-reviewed, trial",
        "participants": "12 people",
        "population": "adults with relapsing MS",
        "paper_title": "Walking",
        "authors": "Lee, B.; Smith, J.",
        "funding": "A charity",
        "interests": "None.",
        "language": "en-GB",
    }
    write_summary(home, "a", **front)
    write_summary(home, "old", published="2026-01-01T08:00+01:00")
    text = command(home, "read", "--json", str(root / "summaries" / "a.md")).stdout
    [document] = json.loads(text)
    document |= {"key": "b", "doi": None, "related": [{"date": "2026-10-01", "teaser": "More"}]}
    (root / "summaries" / "b.json").write_text(json.dumps(document))
    return home, AT


def held(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a", doi="10.1000/a")
    write_summary(home, "b", doi="10.1000/a")
    write_summary(home, "later", published="2027-01-01")
    write_summary(home, "back", status="withdrawn", note="An error.")
    home.records.mkdir()
    (home.records / "next.md").write_text("---\nissue: 1\nhold:\n  a: asked the authors\n---\n")
    return home, AT


def refused(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    (root / "summaries" / "b.md").write_text("no headline\n")
    return home, AT


def blocked(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root, why='"Lorem ipsum."')
    write_summary(home, "a")
    return home, AT


def hub_away(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root, sandbox="false")
    text = home.settings.read_text()
    home.settings.write_text(text.replace("start =", 'hub = "http://localhost:1/"\nstart ='))
    write_summary(home, "a")
    publish(home, at=AT)
    return home, AT + DAY


def store_away(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root, sandbox="false")
    with home.settings.open("a") as settings:
        settings.write('\n[site]\npush = "file:///no/such/folder"\n')
    change_push_state(home, lambda one: one.after_push("s3://before", changes=0, at=AT))
    write_summary(home, "a")
    publish(home, at=AT)
    return home, AT + DAY


def corrected(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    write_summary(home, "b")
    publish(home, at=AT)
    write_summary(home, "a", status="corrected", note="The number was wrong.")
    write_summary(home, "b", status="withdrawn")
    write_summary(home, "late", published="2026-11-20")
    return home, AT + DAY


def edited(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    publish(home, at=AT)
    path = write_summary(home, "a")
    path.write_text(path.read_text().replace("The study was small.", "TODO: {{ caution }}"))
    return home, AT + DAY


def coalesced(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    wake(home, AT - 8 * DAY)
    wake(home, AT + timedelta(hours=1))
    return home, AT + DAY


def late(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root, review='"required"')
    wake(home, AT - DAY)
    write_summary(home, "a")
    wake(home, AT)
    return home, AT + 2 * DAY


def approved(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root, review='"required"')
    write_summary(home, "a")
    approve(home, by="Ada", at=AT - DAY)
    publish(home, at=AT)
    write_summary(home, "b")
    approve(home, by="Bo", at=AT + DAY)
    return home, AT + DAY


def sent_back(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    send_back(home, reason="The dose is wrong.", by="Bo", at=AT - DAY)
    write_summary(home, "b")
    return home, AT


def failing(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    wake(home, AT - DAY)
    (home.root / "summaries").rmdir()
    wake(home, AT)
    (home.root / "summaries").mkdir()
    return home, AT


def interrupted(root: Path) -> tuple[Home, datetime]:
    def die(step: Step) -> None:
        if step is Step.SELECTED:
            raise _KilledError

    home = empty_home(root)
    write_summary(home, "a")
    with pytest.raises(_KilledError):
        publish(home, at=AT, reached=die)
    return home, AT + DAY


def moved(root: Path) -> tuple[Home, datetime]:
    home = empty_home(root)
    write_summary(home, "a")
    publish(home, at=AT)
    text = home.settings.read_text().replace("//notes.example.org", "//b.example")
    home.settings.write_text(text)
    publish_site(home, at=AT + DAY)
    home.settings.write_text(text.replace("Plain Research Notes", "Other Notes"))
    return home, AT + 2 * DAY


def compared(root: Path) -> tuple[Home, datetime]:
    """Its summaries were compared with notices of retractions, and somebody subscribes."""
    home = empty_home(root)
    write_summary(home, "a", doi="10.1000/a")
    path = root / "rw.csv"
    path.write_bytes(table(notice("10.1000/a")))
    check_retractions(home, path, at=AT)
    with working_subscribers(home) as store:
        enter(store, parse_address("ada@example.org"), at=AT, consent="Yes.", edition=None)
    return home, AT


def ahead(root: Path) -> tuple[Home, None]:
    """Its last slot lies ahead of any machine's clock."""
    home = empty_home(root, sandbox="false")
    write_summary(home, "a")
    publish(home, at=AT + 100 * 365 * DAY)
    return home, None


def fetched(root: Path) -> tuple[Home, datetime]:
    """One source does well, one has a server that asks for a pause, and one is of another time."""
    home = with_sources(empty_home(root), "news", "site")
    one = SourceMemory(
        health=SourceHealth(
            added=AT - DAY,
            running=True,
            kind="feed",
            begun=AT,
            tried=AT,
            succeeded=AT - DAY,
            empty_since=AT - DAY,
            partial_since=AT - DAY,
            failing_since=AT,
            failures=1,
            reason="it answers 429",
            not_before=AT + DAY,
            came=1,
            remarks=("It is a feed of the wrong kind.",),
        ),
        summaries={
            "a": IndexedSummary(
                identities=("a",),
                address="https://a.example/",
                first_seen=AT,
                looked=AT,
                digest="x",
                problem=True,
            )
        },
    )
    write_health(home, "news", one.health)
    write_index(home, "news", one)
    return home, AT + 2 * DAY


def returns(root: Path) -> tuple[Home, datetime]:
    """Mail has come back, and one message of it cannot be handled."""
    home = empty_home(root)
    with home.settings.open("a") as file:
        file.write('\n[smtp]\nhost = "127.0.0.1"\n[deliver]\nbounces = "bounces@example.org"\n')
        file.write('[inbound]\nmaildir = "mail"\n')
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        address = parse_address("ada@example.org")
        ada = store.add_subscriber(address, at=AT, state=SubscriberState.CONFIRMED)
        store.enqueue(1, manifest="x", at=AT)
        [claimed] = store.claim_deliveries(1, most=1, journal="j", now=AT)
        bounce = NotedBounce(delivery=claimed.id, at=AT, kind=BounceKind.OURS, code="5.7.1")
        store.note_bounce(bounce, subscriber=ada.id, suppress=False, soft_bounces=None)
    problem = "new/1: is a named pipe"
    keep_inbound_memory(home, InboundMemory(read=AT, problems=(problem,)))
    return home, AT


def delivering(root: Path) -> tuple[Home, datetime]:
    """An issue is under way, to a server that is away; one is old, and one is waiting."""
    home = empty_home(root)
    lines = '[smtp]\nhost = "localhost"\nport = 1\nsecurity = "none"\n\n[deliver]\nper_day = 1\n'
    with home.settings.open("a") as file:
        file.write(f'\n{lines}warm_up = true\nhours = "03:00-04:00"\n')
    with working_subscribers(home) as store:
        for name in ("ada", "bo"):
            found = store.add_subscriber(
                parse_address(f"{name}@example.org"), at=AT, state=SubscriberState.CONFIRMED
            )
        for number in (1, 2, 3):
            write_summary(home, f"of-{number}")
            publish(home, at=AT - (4 - number) * DAY)
        store.enqueue(1, manifest="x", at=AT - 3 * DAY)
        store.finish_mailing(1, at=AT - 2 * DAY)
        store.enqueue(2, manifest="x", at=AT)
        [one, _] = store.claim_deliveries(2, most=2, journal="x", now=AT)
        again = DeliveryResult(id=one.id, state=DeliveryState.TEMP_FAILED, due=AT + 2 * DAY)
        store.settle([again], at=AT, domains={"example.org": 1_000})
    assert found
    (home.outbox / "new" / "0002").rename(home.outbox / "sent" / "0002")
    (home.outbox / "sending").mkdir()
    (home.outbox / "new" / "0003").rename(home.outbox / "sending" / "0003")
    write_summary(home, "of-4")
    publish(home, at=AT)
    note_end(home, [], [RefusedError("sending", "is tried", "wait")], at=AT)
    # It was restored meanwhile, and nobody has let it send again.
    origin = RestoredFrom(at=AT, last_issue=4, undecided=True)
    (home.var / "restored.json").write_bytes(pretty(to_document(origin)))
    return home, AT


HOMES: dict[str, Callable[[Path], tuple[Home, datetime | None]]] = {
    "empty": empty,
    "samples": samples,
    "full of fields": full_of_fields,
    "held": held,
    "refused": refused,
    "blocked": blocked,
    "hub away": hub_away,
    "store away": store_away,
    "corrected": corrected,
    "edited": edited,
    "coalesced": coalesced,
    "late": late,
    "approved": approved,
    "sent back": sent_back,
    "failing": failing,
    "interrupted": interrupted,
    "moved": moved,
    "compared": compared,
    "ahead": ahead,
    "fetched": fetched,
    "returns": returns,
    "delivering": delivering,
}


def wake(home: Home, at: datetime) -> None:
    """One wake of the clock."""
    clock = Clock(home, now=lambda: at.astimezone(UTC), every=None)
    clock.wake()
    clock.leave()


def printed(home: Home, at: datetime | None, verb: str) -> Any:
    """What a command prints as JSON; its exit code is another matter. `at`: None for now."""
    moment = ("--at", at.isoformat()) if at else ()
    words = {
        "doctor": ("doctor", "--json"),
        "read": ("read", "--json", str(home.root / "summaries")),
    }.get(verb, (verb, "--json", *moment))
    done = command(home, *words)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def schema_of(root: Path, verb: str) -> dict[str, Any]:
    """The published schema of a command's output."""
    found: dict[str, Any] = json.loads((root / "docs" / "schemas" / f"{verb}.json").read_text())
    return found


def said(thing: object, path: str = "") -> Iterator[str]:
    """The paths of all fields that hold something."""
    if isinstance(thing, list):
        for one in thing:
            yield from said(one, path)
    elif isinstance(thing, dict):
        for name, value in thing.items():
            if value is not None and value not in ([], {}):
                yield f"{path}.{name}"
            yield from said(value, f"{path}.{name}")


def named(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """The paths of all fields that a schema names and that may hold anything but null."""
    for part in (schema.get("items"), *schema.get("anyOf", ())):
        if part:
            yield from named(part, path)
    for name, field in schema.get("properties", {}).items():
        if field.get("type") != "null":
            yield f"{path}.{name}"
        yield from named(field, f"{path}.{name}")


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that lists properties."""
    if isinstance(schema, list):
        for one in schema:
            yield from objects(one)
    elif isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for one in schema.values():
            yield from objects(one)


@pytest.mark.parametrize("verb", VERBS)
def test_a_schema_is_one_and_lets_no_unknown_field_pass(root: Path, verb: str) -> None:
    schema = schema_of(root, verb)
    Draft202012Validator.check_schema(schema)
    for part in objects(schema):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


# Only on PostgreSQL: tests/cluster/test_coordinate.py sees them.
OF_WORKERS = {
    ".sending.workers",
    *(f".sending.workers.{name}" for name in ("at_work", "last_seen", "lost")),
}


@pytest.mark.sqlite("its homes know nothing of each other")
def test_every_output_is_as_its_schema_says_and_every_field_is_seen(
    root: Path, tmp_path: Path
) -> None:
    seen: dict[str, set[str]] = {verb: set() for verb in VERBS}
    for name, make in HOMES.items():
        home, at = make(tmp_path / name)
        for verb in VERBS:
            output = printed(home, at, verb)
            problems = Draft202012Validator(schema_of(root, verb)).iter_errors(output)
            assert not [(name, verb, one.json_path, one.message) for one in problems]
            seen[verb].update(said(output))
    for verb in VERBS:
        fields = set(named(schema_of(root, verb))) - OF_WORKERS
        assert fields - seen[verb] == set(), verb
