"""Workers in one home: each has a folder of its own, and what one left another settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.cluster.worker_folder import journal_folders, left_folders, worker_folder
from msnewsletter.home import Home

if TYPE_CHECKING:
    from pathlib import Path


def test_two_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with worker_folder(home) as first, worker_folder(home) as second:
        assert [first.name, second.name] == ["1", "2"]
        with left_folders(home, second) as left:
            assert left == [second]
    with worker_folder(home) as again:
        assert again == first


def test_what_is_left_of_one_that_is_gone_is_another_s_to_settle(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with worker_folder(home), worker_folder(home) as gone:
        (gone / "journal").mkdir()
    with worker_folder(home) as ours, left_folders(home, ours) as left:
        assert left == [ours, gone]
        assert [one.name for folder in left for one in journal_folders(folder)] == ["journal"]
        # While it is looked through, nobody begins to work there.
        with worker_folder(home) as another:
            assert another.name == "3"
