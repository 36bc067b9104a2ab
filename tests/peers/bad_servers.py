"""The bad servers that a sender must bear, by name; and any other one, as Hypothesis draws it."""

from __future__ import annotations

from hypothesis import strategies as st

from peers.behaviours import (
    Behaviour,
    DataAnyway,
    Drop,
    DropAfterBytes,
    Ending,
    Greylist,
    Moment,
    Probation,
    Reply,
    Rule,
    Side,
    SlowReplies,
    Stall,
    Step,
    Talkative,
)

_DIALOGUE = (Step.GREETING, Step.EHLO, Step.MAIL, Step.RCPT, Step.DATA, Step.BODY)


def _one(*rules: Rule) -> Behaviour:
    return Behaviour(rules=rules)


BAD_SERVERS: dict[str, Behaviour] = {
    **{
        f"421 at {step}": _one(
            Reply(at=step, lines=("421 4.3.2 Closing",), then=Ending.CLOSE, times=1)
        )
        for step in _DIALOGUE
    },
    **{
        f"{ending} {moment} the reply to {step}": _one(
            Drop(at=step, when=moment, ending=ending, times=1)
        )
        for step in _DIALOGUE
        for moment in Moment
        for ending in Ending
    },
    **{f"stalls at {step}": _one(Stall(at=step, times=1)) for step in _DIALOGUE},
    "accepts, and closes before it says so": _one(Drop(at=Step.BODY, kept=True, times=1)),
    "354 after a refused recipient": _one(
        Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",)), DataAnyway()
    ),
    "refusals of many lines": _one(
        Reply(at=Step.RCPT, lines=("550-5.1.1 No", "550-5.1.1 such", "550 5.1.1 user"))
    ),
    "greylists": _one(Greylist()),
    "refuses each batch by 421": _one(
        Probation(recipients=0, lines=("421 4.7.0 Try again later",), then=Ending.CLOSE)
    ),
    "refuses each batch by 452": _one(Probation(recipients=0)),
    "no such user": _one(Reply(at=Step.RCPT, lines=("550 5.1.1 No such user",))),
    "mailbox full": _one(Reply(at=Step.RCPT, lines=("552 5.2.2 Mailbox full",))),
    "refused by policy": _one(Reply(at=Step.BODY, lines=("550 5.7.1 Looks like spam",))),
    "junk in place of a reply": _one(Reply(at=Step.RCPT, lines=("\xff\x00\x80 what?",))),
    "junk in a reply": _one(Reply(at=Step.RCPT, lines=("550 5.1.1 \xff\xfe\x00 \x1b[31m",))),
    "a line of 1 MB": _one(Talkative(size=1_000_000)),
    "ten lines of 1 MB": _one(Talkative(at=Step.RCPT, size=1_000_000, lines=10)),
    "byte by byte, then no more": _one(
        SlowReplies(), DropAfterBytes(count=150, side=Side.SERVER, times=1)
    ),
}

_replies = st.builds(
    "{}{}{}".format,
    st.sampled_from(["211", "250", "354", "421", "450", "451", "452", "550", "552", "554", "999"]),
    st.sampled_from([" ", "-", ""]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40),
)
_occasions = {"skip": st.integers(0, 2), "times": st.integers(1, 3)}
_rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(
        Reply,
        at=st.sampled_from(_DIALOGUE),
        lines=st.lists(_replies, min_size=1, max_size=3).map(tuple),
        then=st.none() | st.sampled_from(Ending),
        **_occasions,
    ),
    st.builds(
        Drop,
        at=st.sampled_from(_DIALOGUE),
        when=st.sampled_from(Moment),
        ending=st.sampled_from(Ending),
        kept=st.booleans(),
        **_occasions,
    ),
    st.builds(
        DropAfterBytes,
        count=st.integers(0, 2000),
        side=st.sampled_from(Side),
        ending=st.sampled_from(Ending),
        **_occasions,
    ),
    st.builds(Greylist),
    st.builds(Probation, recipients=st.integers(0, 5)),
    st.builds(DataAnyway),
    st.builds(SlowReplies),
    st.builds(Talkative, size=st.integers(0, 5000), lines=st.integers(0, 3)),
)
# None of them stalls: a client's patience would be the test's length.
behaviours: st.SearchStrategy[Behaviour] = st.builds(
    Behaviour,
    extensions=st.sampled_from(
        [("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"), ("SIZE 0",), ()]
    ),
    rules=st.lists(_rules, max_size=4).map(tuple),
)
