"""Decisions are kept under a person's name: never under that of an account of the system."""

from __future__ import annotations

import pwd

import click
import pytest

from msnewsletter.cli import full_name
from msnewsletter.cli.full_name import deciding_name, person_in


@pytest.mark.parametrize(
    ("gecos", "login", "name"),
    [
        ("Ada Lovelace,12,555-1,", "ada", "Ada Lovelace"),
        ("  Grace   Hopper ", "grace", "Grace Hopper"),
        ("& Lovelace", "ada", "Ada Lovelace"),
        ("José Ñandú", "jose", "José Ñandú"),
        ("", "ada", ""),
        (",,,", "ada", ""),
        ("ada", "ada", ""),
        ("root", "root", ""),
        ("System Administrator", "root", ""),
        ("Ubuntu", "ubuntu", ""),
        ("EC2 Default User", "ec2-user", ""),
        ("Ada\x1b[31m", "ada", ""),
        ("x" * 101, "ada", ""),
    ],
)
def test_a_full_name_is_what_an_account_says_of_a_person(gecos: str, login: str, name: str) -> None:
    assert person_in(gecos, login=login) == name


def account(monkeypatch: pytest.MonkeyPatch, gecos: str) -> None:
    entry = pwd.struct_passwd(("ada", "x", 1000, 1000, gecos, "/", "/bin/sh"))
    monkeypatch.setattr(full_name.pwd, "getpwuid", lambda _: entry)


def test_the_given_name_counts_and_else_that_of_the_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account(monkeypatch, "Ada Lovelace")
    assert deciding_name(" Bo  Li ") == "Bo Li"
    assert deciding_name(None) == "Ada Lovelace"


def test_without_a_name_a_person_is_asked_and_a_script_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account(monkeypatch, "")
    monkeypatch.setattr(full_name.sys.stdin, "isatty", lambda: True, raising=False)
    answers = ["", "  ", "Ada Lovelace"]
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answers.pop(0))
    assert deciding_name(None) == "Ada Lovelace"
    assert capsys.readouterr().out == "Error: this is needed: a name, such as Ada Lovelace\n" * 2
    monkeypatch.setattr(full_name.sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(click.BadParameter, match="say who decides"):
        deciding_name(None)


@pytest.mark.parametrize("given", ["", "  ", "a\x00b", "x" * 101])
def test_a_name_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter):
        deciding_name(given)
