"""Approving and sending back at the desk: what was seen counts, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from databases import start_anew
from homes import empty_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.results import Waits
from web.desk.conftest import NOW, SLOT
from web.desk.desk_client import DeskClient, Screen

if TYPE_CHECKING:
    from pathlib import Path

WHY = "The dose in <b>“a”</b> is wrong.\nSee page 3."
FORM = "/approve"


def home_with_a(root: Path, review: str = '"required"') -> Home:
    home = empty_home(root, review=review)
    write_summary(home, "a")
    publish_due(home, at=NOW - timedelta(days=1))
    return home


def form_of(desk: DeskClient, action: str = "/approve", path: str = FORM) -> dict[str, str]:
    return desk.get(path).fields(action)


def decided(desk: DeskClient, action: str, **typed: str) -> Screen:
    """What comes of deciding on what is there now."""
    return desk.post(action, form_of(desk) | typed)


@pytest.mark.parametrize("review", ['"required"', '"none"'])
def test_what_is_sent_back_waits_and_every_screen_says_who_when_and_why(
    tmp_path: Path, review: str
) -> None:
    home = home_with_a(tmp_path, review)
    told: list[str] = []

    def tell(_: object) -> str:
        told.append("once")
        return "The editors are notified."

    bo = DeskClient(home, NOW, tell=tell)
    screen = decided(bo, "/send-back", by="Bo", reason=WHY)
    assert "Issue 1 is sent back by Bo: it waits until somebody approves it." in screen.words
    assert "The editors are notified." in screen.words
    assert told == ["once"]
    header = "Bo sent it back on 25 November 2026, 10:00: “The dose in <b>“a”</b> is wrong. See"
    assert header in screen.words
    decide = bo.get(FORM)
    assert "<blockquote>The dose in &lt;b&gt;“a”&lt;/b&gt; is wrong.\nSee page 3.<" in decide.markup
    assert "It has not changed since then." in decide.words
    assert "Publish issue 1 now" not in bo.get("/publish").words
    assert isinstance(publish_due(home, at=SLOT), Waits)


def test_who_approves_lets_it_go_and_who_was_wrong_takes_it_back(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    bo = DeskClient(home, NOW)
    decided(bo, "/send-back", by="Bo", reason=WHY)
    assert "Issue 1 is approved by Ada." in decided(bo, "/approve", by="Ada").words
    decided(bo, "/send-back", by="Bo", reason=WHY)
    screen = bo.post("/take-back", form_of(bo, "/take-back"))
    assert "Issue 1 is not sent back any more." in screen.words
    assert "Approved by Ada on 25 November 2026, 10:00" in screen.words


def test_where_no_approval_is_required_it_may_go_out_again(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, '"none"')
    bo = DeskClient(home, NOW)
    assert "I have read it" not in bo.get(FORM).words
    decided(bo, "/send-back", by="Bo", reason=WHY)
    assert "I have read it: let it go out" in bo.get(FORM).words
    assert "Issue 1 may go out again." in decided(bo, "/approve", by="Ada").words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"by": "Bo", "reason": " \n "}, "the reason: there is none"),
        ({"by": "Bo", "reason": "x" * 1001}, "it has 1,001 characters, and 1,000 are the most"),
        ({"by": " ", "reason": WHY}, "it gives no name"),
        ({"by": "B\x00o", "reason": WHY}, "it gives no name"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(
    tmp_path: Path, typed: dict[str, str], says: str
) -> None:
    bo = DeskClient(home_with_a(tmp_path), NOW)
    screen = decided(bo, "/send-back", **typed)
    assert screen.status == 409
    assert says in screen.alert
    assert screen.fields("/send-back")["reason"] == typed["reason"]
    assert next_issue_preview(Home(tmp_path), at=NOW).reviewed.sent_back is None


def test_a_reason_is_never_lost_to_the_wrong_button(tmp_path: Path) -> None:
    bo = DeskClient(home_with_a(tmp_path), NOW)
    screen = decided(bo, "/approve", by="Bo", reason=WHY)
    assert "it approves, and gives a reason for sending back" in screen.alert
    assert screen.fields("/send-back")["reason"] == WHY
    assert next_issue_preview(Home(tmp_path), at=NOW).reviewed.approval is None


def test_an_approval_falls_with_one_changed_word(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    bo = DeskClient(home, NOW)
    assert "Approved by Bo" in decided(bo, "/approve", by="Bo").words
    path = home.root / "summaries/a.md"
    path.write_text(path.read_text().replace("may help", "might help"))
    (state,) = bo.get("/").tree.find_class("state")
    assert "Waits" in state.text_content()
    assert "changed since Bo approved it" in state.text_content()


@pytest.mark.parametrize("action", ["/approve", "/send-back"])
def test_a_decision_on_what_has_changed_is_refused_and_its_words_stay(
    tmp_path: Path, action: str
) -> None:
    home = home_with_a(tmp_path)
    bo = DeskClient(home, NOW)
    form = form_of(bo)
    write_summary(home, "b")
    typed = {"by": "Bo", "reason": WHY if action == "/send-back" else ""}
    screen = bo.post(action, form | typed)
    assert screen.status == 409
    assert "issue 0001: it has changed since you looked at it" in screen.alert
    again = screen.fields("/approve")
    assert {name: again[name] for name in typed} == typed
    reviewed = next_issue_preview(home, at=NOW).reviewed
    assert (reviewed.approval, reviewed.sent_back) == (None, None)
    # The page that came back is of what there is now.
    assert bo.post(action, again).status == 200


def test_a_form_that_says_nothing_decides_nothing(tmp_path: Path) -> None:
    home = home_with_a(tmp_path)
    bo = DeskClient(home, NOW)
    for action in ("/approve", "/send-back", "/take-back", "/publish"):
        assert bo.post(action, {"by": "Bo"}).status == 409, action
    reviewed = next_issue_preview(home, at=NOW).reviewed
    assert (reviewed.approval, reviewed.sent_back) == (None, None)
    assert not (home.outbox / "new/0001").exists()


def at_once(*acts: tuple[DeskClient, str, dict[str, str]]) -> list[str]:
    """What each is answered who presses their button in the same moment."""
    together, answers = Barrier(len(acts)), [""] * len(acts)

    def press(number: int) -> None:
        person, action, form = acts[number]
        together.wait()
        answers[number] = person.post(action, form).words

    threads = [Thread(target=press, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return answers


BUTTONS = {
    "approves": ("/approve", {"by": "Ada"}, "Issue 1 is approved by Ada."),
    "sends back": ("/send-back", {"by": "Bo", "reason": WHY}, "Issue 1 is sent back by Bo"),
    "sends back too": ("/send-back", {"by": "Cy", "reason": "No."}, "Issue 1 is sent back by Cy"),
}
TOLD = re.compile(
    r"issue 0001: (Ada approved|Bo sent|Cy sent) it (back )?on Wed 2026-11-25 10:00.*"
    r"since you looked at it"
)


@pytest.mark.parametrize("first", BUTTONS)
@pytest.mark.parametrize("second", BUTTONS)
def test_of_two_who_decide_at_once_one_decides_and_the_other_is_told(
    tmp_path: Path, first: str, second: str
) -> None:
    home = home_with_a(tmp_path)
    people = [DeskClient(home, NOW), DeskClient(home, NOW)]
    acts = [
        (person, BUTTONS[name][0], form_of(person) | BUTTONS[name][1])
        for person, name in zip(people, (first, second), strict=True)
    ]
    answers = at_once(*acts)
    done = [
        BUTTONS[name][2] in answer
        for name, answer in zip((first, second), answers, strict=True)
        if not TOLD.search(answer)
    ]
    assert done == [True], answers
    reviewed = next_issue_preview(home, at=NOW).reviewed
    assert bool(reviewed.sent_back) != bool(reviewed.approval)


def test_of_publishing_and_sending_back_at_once_one_happens(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, '"none"')
    ada, bo = DeskClient(home, NOW), DeskClient(home, NOW)
    published, sent_back = at_once(
        (ada, "/publish", form_of(ada, "/publish", "/publish")),
        (bo, "/send-back", form_of(bo) | {"by": "Bo", "reason": WHY}),
    )
    if (home.outbox / "new/0001").is_dir():
        assert "Issue 1 is published to the outbox." in published
        assert "issue 0001: it has been published since you looked at it" in sent_back
        assert " ".join(WHY.split()) in sent_back
    else:
        assert "Issue 1 is sent back by Bo" in sent_back
        assert "issue 0001: Bo sent it back on" in published


def test_of_two_who_publish_at_once_one_does(tmp_path: Path) -> None:
    home = home_with_a(tmp_path, '"none"')
    people = [DeskClient(home, NOW), DeskClient(home, NOW)]
    answers = at_once(*((one, "/publish", form_of(one, "/publish", "/publish")) for one in people))
    assert sorted(path.name for path in (home.outbox / "new").iterdir()) == ["0001"]
    done = ["Issue 1 is published to the outbox." in answer for answer in answers]
    told = [
        "it has been published since you looked" in answer or "published already" in answer
        for answer in answers
    ]
    assert sorted(done) == sorted(told) == [False, True]
    assert done != told


def test_in_whatever_order_they_come_the_last_state_is_one_that_somebody_was_told(
    tmp_path: Path,
) -> None:
    for number, order in enumerate(permutations(("approves", "sends back", "sends back too"))):
        start_anew()
        home = home_with_a(tmp_path / str(number))
        people = {name: DeskClient(home, NOW) for name in order}
        forms = {name: form_of(people[name]) for name in order}
        answers = {
            name: people[name].post(BUTTONS[name][0], forms[name] | BUTTONS[name][1]).words
            for name in order
        }
        assert BUTTONS[order[0]][2] in answers[order[0]]
        assert all(TOLD.search(answers[name]) for name in order[1:])


def test_what_is_sent_back_leads_to_approving_it_though_no_issue_needs_approval(
    tmp_path: Path,
) -> None:
    desk = DeskClient(home_with_a(tmp_path, '"none"'), NOW)
    assert desk.get("/").links("Send back…") == ["/approve"]
    screen = decided(desk, "/send-back", by="Bo", reason="The dose is wrong.")
    assert screen.links("Approve or send back…") == ["/approve"]
    assert "Approve issue 1, or send it back" in desk.get(FORM).words
    assert "“The dose is wrong.” Decide on it" in desk.get("/publish").words
