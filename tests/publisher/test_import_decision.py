"""What becomes of a summary that is imported: an editor's change is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.publisher.import_decision import ExistingFile, ImportOutcome, decide

HERE = "summaries/a.md"


def file(digest: str | None, *, same: bool = False) -> ExistingFile:
    return ExistingFile(path=HERE, digest=digest, same=same)


@pytest.mark.parametrize(
    ("existing", "imported", "outcome"),
    [
        (None, None, ImportOutcome.NEW),
        (None, "new", ImportOutcome.NEW),  # its file was removed: whoever imports wants it back
        (file("new"), None, ImportOutcome.SAME),
        (file("old"), "new", ImportOutcome.SAME),  # only the editor has changed it
        (file("old", same=True), None, ImportOutcome.SAME),
        (file("old"), "old", ImportOutcome.CHANGED),
        (file("edited"), "old", ImportOutcome.REFUSED),
        (file("own"), None, ImportOutcome.REFUSED),
        (file(None), None, ImportOutcome.REFUSED),
        (file(None), "old", ImportOutcome.REFUSED),
        (file(None, same=True), None, ImportOutcome.SAME),
    ],
)
def test_the_outcome_follows_from_three_texts(
    existing: ExistingFile | None, imported: str | None, outcome: ImportOutcome
) -> None:
    decision = decide({"new"}, existing=existing, imported=imported, same=())
    assert decision.outcome is outcome
    assert bool(decision.remedy) == (outcome is ImportOutcome.REFUSED)


@pytest.mark.parametrize(("here", "imported"), [("deutsch", "deutsch"), ("edited", "deutsch")])
def test_headings_in_another_language_are_no_other_text(here: str, imported: str) -> None:
    decision = decide({"english", "deutsch"}, existing=file(here), imported=imported, same=())
    assert decision.outcome is ImportOutcome.SAME


def test_a_summary_of_a_known_study_is_a_duplicate_that_names_it() -> None:
    decision = decide({"new"}, existing=None, imported=None, same=("'b' (in issue 3)",))
    assert decision.outcome is ImportOutcome.DUPLICATE
    assert "'b' (in issue 3)" in decision.why


digests = st.sampled_from(["a", "b", "c"])


@given(digests, digests, st.none() | digests)
def test_only_what_was_imported_as_it_is_is_ever_overwritten(
    digest: str, here: str, imported: str | None
) -> None:
    decision = decide({digest}, existing=file(here), imported=imported, same=())
    if decision.outcome in {ImportOutcome.NEW, ImportOutcome.CHANGED}:
        assert here == imported != digest
