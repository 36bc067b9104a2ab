"""Makes small mistakes in five modules, and counts those that no test notices.

Run by `make mutation`. Each mistake (a mutant) is tried with the few test files that are named
here, so that a module takes minutes. Works on a copy in .mutation/, which stays, so that `mutmut
show` works there. Fails where a score is below 85 %. docs/mutation.md says why survivors live.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".mutation"
LEAST = 85  # per cent, of each subject
COPIED = ("src", "tests", "templates", "summaries", "issues", "newsletter.toml", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "golden")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is changed, and which tests have to notice; paths below src/msnewsletter and tests.

    Attributes:
        modules: those whose functions are changed.
        tests: quick test files.
        undecorated: decorators that are taken away first, for mutmut passes decorated functions by.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    undecorated: tuple[str, ...] = ()


SUBJECTS = {
    "compose": Subject(modules=("issue/compose.py",), tests=("issue/test_compose.py",)),
    "slots": Subject(modules=("schedule/slots.py",), tests=("schedule",)),
    "teaser": Subject(
        modules=("issue/teaser.py",),
        tests=("issue/test_teaser.py",),
        undecorated=("remembered_by_text",),
    ),
    "outbox": Subject(
        modules=("disk/outbox.py",),
        tests=("disk/test_outbox.py", "disk/test_outbox_sending.py", "disk/test_save.py"),
    ),
    "ledger": Subject(
        modules=("subscribers/delivery_state.py", "store/subscribers/settle_rows.py"),
        tests=(
            "subscribers/test_delivery_state.py",
            "store/subscribers/test_mailings.py",
            "store/subscribers/test_shared_windows.py",
        ),
    ),
}


def main(names: list[str]) -> int:
    """Try the subjects of these names, or all; 1 if one of them has too many survivors."""
    scores = [tried(name, SUBJECTS[name]) for name in names or SUBJECTS]
    return int(min(scores) < LEAST)


def tried(name: str, subject: Subject) -> float:
    """The score of a subject, in per cent of its mutants, which is printed with the survivors."""
    folder = lay_out(name, subject)
    log = folder / "mutmut.log"
    with log.open("w") as out:
        mutmut(folder, "run", "--max-children", str(os.cpu_count() or 2), stdout=out)
    mutmut(folder, "export-cicd-stats", stdout=subprocess.DEVNULL)
    found = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text())
    if not found["total"]:
        sys.exit(f"{name}: no mutant was tried; {log} says why")
    noticed = found["killed"] + found["timeout"]
    score = 100 * noticed / found["total"]
    print(f"{name}: {noticed} of {found['total']} noticed, {score:.1f} %")  # noqa: T201
    mutmut(folder, "results")
    return score


def lay_out(name: str, subject: Subject) -> Path:
    """A fresh copy of what the tests need, with settings for mutmut."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    for copied in COPIED:
        if (ROOT / copied).is_dir():
            shutil.copytree(ROOT / copied, folder / copied, ignore=LEFT_OUT)
        else:
            shutil.copyfile(ROOT / copied, folder / copied)
    modules = [f"src/msnewsletter/{module}" for module in subject.modules]
    for module in modules:
        text = (folder / module).read_text()
        for decorator in subject.undecorated:
            text = text.replace(f"@{decorator}\n", "")
        (folder / module).write_text(text)
    with (folder / "pyproject.toml").open("a") as settings:
        settings.write(
            "\n[tool.mutmut]\n"
            'source_paths = ["src/"]\n'
            f"only_mutate = {json.dumps(modules)}\n"
            f"also_copy = {json.dumps([one for one in COPIED if one not in {'src', 'tests'}])}\n"
            'pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:randomly"]\n'
            "pytest_add_cli_args_test_selection = "
            f"{json.dumps([f'tests/{one}' for one in subject.tests])}\n"
            "track_dependencies = false\n"
            "use_git_change_detection = false\n"
        )
    return folder


def mutmut(folder: Path, *words: str, stdout: object = None) -> None:
    """Run mutmut in a folder that was laid out; what it prints goes where this program's does."""
    subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=folder,
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT if stdout else None,
        check=words[0] == "export-cicd-stats",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
