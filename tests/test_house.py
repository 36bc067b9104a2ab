"""The house in order: one name for one thing, a room's tests beside it, imports that point down."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import ModuleType

import grimp
import pytest

import msnewsletter
from msnewsletter.cli import main
from msnewsletter.store import tables

SOURCE = Path(msnewsletter.__file__).parent
TESTS = Path(__file__).parent
# Alembic names its scripts by number and gives each of them an `upgrade`.
SCRIPTS = SOURCE / "store" / "migrations"


def modules_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if not path.is_relative_to(SCRIPTS)]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    """A module's path below the program's folder; a room is its folder."""
    inside = path.relative_to(SOURCE).with_suffix("")
    return str(inside.parent if inside.name == "__init__" else inside)


MODULES = {name_of(path): path for path in modules_in(SOURCE)}
ROOMS = [
    name for name, path in MODULES.items() if path.name == "__init__.py" and path.parent != SOURCE
]


# ── one name, one thing ──────────────────────────────────────────────────────────────────────────


def test_no_class_name_means_two_things() -> None:
    found = defaultdict(list)
    for name, path in MODULES.items():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                found[node.name.lstrip("_")].append(name)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


VERB = "the verb in cli/ and its use case in publisher/; in web/desk/ the page that does it"
# Why a module's name may be there more than once.
REPEATED = {
    "approve": VERB,
    "backup": VERB,
    "choose": VERB,
    "collect": VERB,
    "deliver": VERB,
    "import_summaries": VERB,
    "preview": "the command that opens the desk, and what gathers the next issue for it and others",
    "publish": VERB,
    "push": VERB,
    "reset": VERB,
    "resolve": VERB,
    "restore": VERB,
    "retractions": VERB,
    "takedown": VERB,
    "plugins": "what entry points name, and the verb in cli/ that lists them",
    "templates": "which are in force, and the verb in cli/ for the home's own",
    "fetch": "the room that asks sources, and the use case that keeps what they say",
    "fetching": "how commands fetch first, and the looks that are under way",
    "overrides": "which file counts, and how the desk makes and removes one",
    "edits": "what becomes of them, and what the store knows of them",
    "send_test": VERB,
    "next_issue_file": "the form of issues/next.md, and how the desk saves it",
    "inbound": "the verb, and the room that reads what comes back",
    "site": "how the site is rendered, and how publishing writes it",
    "render": "the room, and in it what renders mail and feeds",
    "subscribers": "the pure room, their database in the store, and the verb in cli/",
    "view": "what the templates of mail, and those of feeds, are given",
    "slots": "which ones a rule names, and which are taken",
    "store": "the room, and the class that it is named after",
    "issues": "the queries of the store, and the tab of the desk",
    "summaries": "the queries of the store, and the tab of the desk",
    "corrections": "how a correction is rendered, and the tab of the desk",
    "app": "one for each of the two web applications",
    "demo": "the room, and the verb in cli/",
    "worker": "the worker, and the command that starts it",
}


def test_a_module_s_name_is_repeated_only_for_a_reason() -> None:
    found = defaultdict(list)
    for name in MODULES:
        found[Path(name).name].append(name)
    assert {stem for stem, names in found.items() if len(names) > 1} == REPEATED.keys()


# Names that were replaced, and what replaced them; underscores in front do not count.
REPLACED = {
    "Answer": "SendResult, Response",
    "Asked": "FormField",
    "Beside": "RelatedSummaries",
    "Checked": "NextIssuePreview",
    "Coming": "NextIssue",
    "Desk": "Placement, Session, DeskContext",
    "Door": "AccessPolicy",
    "EntryView": "MailEntry, FeedEntry",
    "Fetched": "LookResult",
    "Gathered": "SiteContent",
    "HeldBecause": "HoldReason",
    "Known": "KnownKey",
    "Linked": "FeedLinks, HtmlLink",
    "Listed": "ArchivedIssue",
    "Look": "DueWork",
    "Neighbours": "RelatedCandidates",
    "Occasion": "Trigger",
    "Past": "EarlierIssues, PastIssue",
    "Placed": "IssueEntry",
    "Post": "ClockLock",
    "Proof": "NextIssuePreview",
    "Proofs": "LivePreview",
    "Report": "NextIssuePreview",
    "Said": "Flash",
    "SendWorker": "SenderThread",
    "Shown": "PreviewState",
    "Site": "StaticSite, SiteBuild",
    "SourceState": "SourceReport",
    "Stamp": "PartialDate",
    "Standing": "ScheduleState",
    "Twin": "EarlierDuplicate",
    "Warned": "Note",
    "Watch": "Clock",
    "Wishes": "NextIssue",
    "bring_out": "release",
    "brings_out": "is_ours",
    "give_back": "lift_takedown",
    "keep_up": "standby_work",
    "known_elsewhere": "doubt",
    "left_over": "find_placeholder",
    "line_behind": "template_line_of",
    "note_told": "note_notified",
    "packaged": "packaged_home",
    "ring": "run_every",
    "told_apart": "made_unique",
    "told_headline": "known_headline",
    "told_last": "last_announced",
    "told_notice": "known_notice",
}
# Words that a variable may have for a name, but no class, function or method.
NOT_DEFINED = {"claim": "release_claim_of"}
# Modules that were renamed.
MOVED = """
    alarm answering approving artefacts bodies checking choice colours config correction_views
    differences documents editor environment feed_html feed_style feed_views front front_editing
    front_writing laying_out legal links listening locks logs look looking mail_length mail_view
    merge moments outbox_folder phrases place plain preflight proofing proofs quick reasons rows
    rrules said scheduler scheduling sending site_gathering site_lint site_pages steps structured
    telling testing texts values viewer watch words
"""


def identifiers(node: ast.AST) -> set[str]:
    """The names that one node of a syntax tree gives or uses."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return {name}
        case ast.alias(name=name, asname=other):
            return {name.rpartition(".")[2], other or name}
        case _:
            return set()


def defined(node: ast.AST) -> set[str]:
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return identifiers(node) if isinstance(node, definitions) else set()


def test_no_name_that_was_replaced_is_left() -> None:
    left = [
        f"{name}:{getattr(node, 'lineno', '?')}: {found}"
        for name, path in MODULES.items()
        for node in ast.walk(parsed(path))
        for found in (
            *(one for one in identifiers(node) if one.lstrip("_") in REPLACED),
            *(one for one in defined(node) if one.lstrip("_") in NOT_DEFINED),
        )
    ]
    assert left == []


def test_no_module_table_or_verb_is_left_under_a_name_that_was_replaced() -> None:
    assert {Path(name).name for name in MODULES} & set(MOVED.split()) == set()
    assert tables.metadata.tables.keys() & {"told", "leads", "marks", "edits", "tagged"} == set()
    assert main.commands.keys() & {"schedule", "settle"} == set()


# ── tests that need SQLite ────────────────────────────────────────────────────────────────────────

SILENT = re.compile(r'pytest\.mark\.sqlite\b(?!\("[^"]{10,}"\)\n)')


def test_a_test_that_needs_sqlite_says_why() -> None:
    texts = {path: path.read_text() for path in TESTS.rglob("*.py")}
    assert [str(path) for path, text in texts.items() if SILENT.search(text)] == []


# ── rooms and floors ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_tests(room: str) -> None:
    assert list((TESTS / room).glob("**/test_*.py"))


def test_no_two_modules_import_each_other_by_whatever_way() -> None:
    graph = grimp.build_graph("msnewsletter", cache_dir=None)
    needs = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    # Take away what needs nothing, again and again: what remains stands in a circle, or needs one.
    left = set(needs)
    while free := {name for name in left if not needs[name] & left}:
        left -= free
    assert left == set()


def test_imports_point_downwards_only(root: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(lint), "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# ── what others may use ──────────────────────────────────────────────────────────────────────────


def taken_from_the_publisher(tree: ast.Module) -> set[str]:
    """What a module imports from the publisher's room, or asks of it by its name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(name), names=aliases):
                if name.split(".")[:2] == ["msnewsletter", "publisher"]:
                    found |= {one.name for one in aliases}
            case ast.Attribute(value=ast.Name(id="publisher"), attr=name):
                found.add(name)
    return found


def test_the_rooms_above_use_no_more_of_the_publisher_than_this() -> None:
    above = [path for name, path in MODULES.items() if name.startswith(("cli/", "clock/", "web/"))]
    used = set().union(*(taken_from_the_publisher(parsed(path)) for path in above))
    pushing = "PushOrder ping_hub_once push_due push_site push_target read_push_state site_waits"
    beside = (
        "DELIVERY_WORDS HealthLine MOST_ADDRESSES NewsletterAnswers init_again init_own "
        "init_samples refuse_home settings_from_record"
    )
    troubles = (
        "Check ClockKind ClockState NEVER_RAN Situation Trouble TroubleName blocked_by "
        "blocked_line draft_name gather troubles waiting_line"
    )
    editing = (
        "FetchedText NEW_FIELDS NextFile SummarySource SummaryState TakenKeyError WrittenSummary "
        "copied_fields create_summary open_choice override put_back read_next save_next "
        "save_next_text sent_edit state_of summary write_again "
        "ChosenFate FatePreview NeverSentError SentSource ledger_page preview_fate save_fate "
        "sent_source"
    )
    deciding = (
        "REASON_LIMIT ReviewedDraft SENT_BACK_REMEDY SeenDraft forecast_lines release_forecast "
        "seen_in send_back take_back unnotified_sent_back"
    )
    sources = "SourceHealth read_health label_of"
    register = "PastIssue RegisterPage RegisterQuery RegisterRow STATUS_OF StateName summary_page"
    backups = (
        "HomeState Restored SettingsFromRecord backup decide_restored is_left_of_a_home restore "
        "restored_from"
    )
    own_templates = (
        "CopiedTemplate CopyOutcome TemplateDiff TemplateState check_templates copy_templates "
        "template_diffs templates_line"
    )
    plugins = (
        "forget_consumer plugins_line read_consumers BackgroundConsumers has_consumers "
        "notify_beside notify_consumers waiting_names"
    )
    databases = "DatabaseMove MoveStep check_databases move_database"
    fetching = (
        "Ailment AilingSource Fetching LookResult SourceReport SourceSince ailing_sources fetch "
        "left_sources "
    )
    fetching += "source_reports"
    delivering = (
        "Delivered DeliveryClock DeliveryRequest DoubtDecision MailingEnd MailingReport "
        "StopRequest deliver resolve_delivered resolve_doubt resolve_failed resolve_rest "
        "balance_line sending_ailments "
        "sending_lines sending_state "
        "too_old_line BackgroundSender MailingState SenderRun AilingSending SendingAilment "
        "check_received probe_mail_server read_sender_memory sending_is_due who_sends SeenWorkers "
        "MailWay mail_sentence mail_way"
    )
    came_back = (
        "InboundOutcome InboundPoll InboundReport ReturnsOfIssue last_returns mailbox_names "
        "read_inbound_memory read_mailboxes read_maildir read_one"
    )
    subscribing = (
        "Dossier EnteredSubscriber LineResult ListOrder ask_to_confirm enter exported_list forget "
        "import_list paused_count "
        "reading_subscribers "
        "required_dossier subscriber_counts suppress take_off working_subscribers"
    )
    door = (
        "DoorContext PreferenceChoice ask_at_door choose_preferences chooser come_back confirm "
        "door_context door_request drop_unconfirmed gets_nothing home_pages is_published "
        "letters_are_left look_at_confirmation may_return send_due_letters send_left_letters "
        "waiting_letters"
    )
    assert sorted(
        used
        - {
            *came_back.split(),
            *subscribing.split(),
            *door.split(),
            *fetching.split(),
            *delivering.split(),
            *beside.split(),
            *pushing.split(),
            *editing.split(),
            *troubles.split(),
            *backups.split(),
            *databases.split(),
            *own_templates.split(),
            *plugins.split(),
            *sources.split(),
            *deciding.split(),
            *register.split(),
        }
    ) == [
        "Collected",
        "DueWork",
        "ImportEvent",
        "ImportOrder",
        "ImportOutcome",
        "ImportResult",
        "ImportedSections",
        "MachineClock",
        "NextIssuePreview",
        "NothingDue",
        "NothingNew",
        "PingRound",
        "Progress",
        "Published",
        "RedatedIssue",
        "Released",
        "RetractionProposal",
        "RetractionReport",
        "SentLetters",
        "SentTest",
        "SiteState",
        "SlotTaken",
        "TakenDown",
        "UnapprovedError",
        "Waits",
        "approve",
        "check_retractions",
        "choose",
        "collect_now",
        "due_work",
        "examine_database",
        "examine_home",
        "hub_queue",
        "import_summaries",
        "is_notified",
        "last_check",
        "last_issue",
        "lift_takedown",
        "machine_clock_doubt",
        "new_alarm",
        "next_issue_preview",
        "next_number",
        "note_notified",
        "past_issue",
        "past_issues",
        "ping_hub",
        "planned_reset",
        "publish",
        "publish_due",
        "publish_site",
        "rehearse",
        "reset",
        "resolve",
        "resolve_clock",
        "send_test",
        "site_state",
        "standby_work",
        "take_down",
    ]


def with_all() -> list[str]:
    names = [
        module.name for module in pkgutil.walk_packages(msnewsletter.__path__, "msnewsletter.")
    ]
    return [name for name in names if hasattr(importlib.import_module(name), "__all__")]


@pytest.mark.parametrize("name", with_all())
def test_what_a_room_names_as_public_is_what_it_has(name: str) -> None:
    module = importlib.import_module(name)
    named = set(module.__all__)
    assert len(named) == len(module.__all__)
    # A function and its module may share a name: the function must be what others get.
    assert [one for one in named if isinstance(getattr(module, one), ModuleType)] == []
    has = {
        one: value
        for one, value in vars(module).items()
        if not one.startswith("_") and not isinstance(value, ModuleType)
    }
    own = {one for one, value in has.items() if getattr(value, "__module__", "") == name}
    # One that only gathers what is elsewhere makes all of it public.
    assert (own or has.keys() - {"annotations", "TYPE_CHECKING"}) <= named


OURS = {"msnewsletter", *(path.stem for path in TESTS.iterdir())}


def foreign(name: str) -> bool:
    root = name.partition(".")[0]
    return root not in sys.stdlib_module_names and root not in OURS


def is_private(name: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def private_uses(tree: ast.Module) -> list[str]:
    """What a module takes from inside another library: private modules and attributes."""
    taken: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for one in aliases:
                    taken[one.asname or one.name.partition(".")[0]] = one.name
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                for one in aliases:
                    taken[one.asname or one.name] = f"{module}.{one.name}"
    found = [name for name in taken.values() if foreign(name) and is_private(name)]
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                if name in taken and foreign(taken[name]) and is_private(attribute):
                    found.append(f"{taken[name]}.{attribute}")
    return found


@pytest.mark.parametrize("folder", [SOURCE, TESTS], ids=["src", "tests"])
def test_nothing_stands_on_the_private_inside_of_a_library(folder: Path) -> None:
    found = {str(path): private_uses(parsed(path)) for path in modules_in(folder)}
    assert {path: uses for path, uses in found.items() if uses} == {}


def test_the_private_inside_of_a_library_would_be_noticed() -> None:
    text = "import a._b, c\nfrom d._e import f\nfrom g import _h as i\nc._j()\nf.k\n"
    assert private_uses(ast.parse(text)) == ["a._b", "d._e.f", "g._h", "c._j"]


# Modules that may be longer, and why.
LONG = {"model": "all that grows along the path, in the order of the path"}


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name for name, length in lengths.items() if length > 400} == LONG.keys()
