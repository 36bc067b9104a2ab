"""bash, zsh and fish: the script that makes each one ask us at the Tab key, and how it is answered.

They take the place of click's own, which neither quote a value nor understand one with a colon, a
comma or a `~`. A script hands over the line as it is typed, in the environment: as arguments it
would be carried out by a program that does not know that it is only asked. It is answered with a
proposal a line, as kind, word and help between tabs, and runs nothing of it.
"""

from __future__ import annotations

import os
from os.path import commonprefix
from pathlib import PurePath
from typing import ClassVar

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from msnewsletter.cli.typed_line import Quote, quoted, read_line

# What a script tells us besides the instruction: the command up to the cursor; what bash will put
# the answer in place of; and as what kind of Tab key (COMP_TYPE).
_LINE, _REPLACED, _KEY = "_MSNEWSLETTER_LINE", "_MSNEWSLETTER_REPLACED", "_MSNEWSLETTER_KEY"

_PLAIN = "plain"  # as click calls what is a word, and no folder or file

# bash's COMP_TYPE where it only shows what there is: the second Tab key.
_ONLY_SHOWN = str(ord("?"))

# The program is asked that is typed, by its path perhaps; else the one that has the name.
# bash before 4.0, which macOS has, knows no `compopt`, and before 4.4 no `nosort`: there file names
# are proposed wherever we propose nothing. bash leaves it to us what an alias stands for.
_BASH = r"""%(complete_func)s() {
    local program=${1//\\/} line=${COMP_LINE:0:COMP_POINT} answer kind word
    COMPREPLY=()
    if [[ ${BASH_VERSINFO[0]} -ge 4 && $1 != *[!A-Za-z0-9_.-]* && -n ${BASH_ALIASES[$1]-} ]]; then
        line=${BASH_ALIASES[$1]}${line#"$1"}
    fi
    case $program in "~/"*) program=$HOME/${program#"~/"} ;; esac
    [[ $program == */* && -x $program ]] || program=%(prog_name)s
    answer=$(
        export %(complete_var)s=bash_complete
        export _MSNEWSLETTER_LINE=$line _MSNEWSLETTER_REPLACED=$2 _MSNEWSLETTER_KEY=${COMP_TYPE-}
        command "$program" </dev/null 2>/dev/null
    )
    while IFS=$'\t' read -r kind word; do
        case $kind in
        plain) COMPREPLY+=("$word") ;;
        dir) compopt -o dirnames 2>/dev/null ;;
        file) compopt -o default 2>/dev/null ;;
        esac
    done <<<"$answer"
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -o default -F %(complete_func)s %(prog_name)s
"""

# zsh quotes by itself what it inserts. `_describe` takes backslashes and colons for its own. From a
# folder of functions all of it is run at each Tab key, as one function: then there is `compstate`.
_ZSH = r"""#compdef %(prog_name)s

%(complete_func)s() {
    local program=${(Q)words[1]} line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX"
    local answer kind word help
    local -a plain described
    program=${program/#\~\//$HOME/}
    [[ $program == */* && -x $program ]] || program=%(prog_name)s
    answer=$(
        export %(complete_var)s=zsh_complete _MSNEWSLETTER_LINE=$line
        command $program </dev/null 2>/dev/null
    )
    [[ $PREFIX == -*=* ]] && compset -P 1 '*='
    while IFS=$'\t' read -r kind word help; do
        case $kind in
        plain)
            if [[ -n $help ]]; then
                word=${word//\\/\\\\}
                described+=("${word//:/\\:}:$help")
            else
                plain+=("$word")
            fi
            ;;
        dir) _files -/ ;;
        file) _files ;;
        esac
    done <<<"$answer"
    (( $#described )) && _describe -V unsorted described
    (( $#plain )) && compadd -V unsorted -a plain
}

if (( $+compstate )); then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

# fish quotes by itself, too, and compares whole words: `--home=` is part of one. Of a command that
# it does not know it completes files; __fish_complete_path knows neither quotes nor `~`.
_FISH = r"""function %(complete_func)s
    set -l program (commandline -opc)[1]
    string match -q -- '*/*' "$program"; and test -x "$program"; or set program %(prog_name)s
    set -lx %(complete_var)s fish_complete
    set -lx _MSNEWSLETTER_LINE (commandline -cp | string collect)
    for proposal in (command $program </dev/null 2>/dev/null)
        set -l part (string split -m 2 \t -- $proposal)
        set -l typed (string replace -- "$part[2]" '' (commandline -ct))
        switch $part[1]
            case plain
                string join \t -- $part[2..]
            case dir
                string join \n -- "$part[2]"(__fish_complete_directories "$typed")
            case file
                string join \n -- "$part[2]"(complete --do-complete "no-such-command $typed")
        end
    end
end

complete --command %(prog_name)s --no-files --arguments "(%(complete_func)s)"
"""


class _Shell(ShellComplete):
    """What the three have in common: the line is read, and each proposal is a line."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The complete words behind the program's name, and what is typed of the last one."""
        line = read_line(os.environ.get(_LINE, ""), fish=self.name == "fish")
        names = [PurePath(word).name for word in line.words]
        # `time`, `A=b` and the like may stand before the program.
        at = names.index(self.prog_name) if self.prog_name in names else 0
        return [*line.words[at + 1 :]], line.begun

    def complete(self) -> str:
        """The answer to the script."""
        words, begun = self.get_completion_args()
        option, equals, _ = begun.partition("=")
        before = f"{option}{equals}" if equals and option.startswith("-") else ""
        return "\n".join(self.lines(self.get_completions(words, begun), before))

    def lines(self, items: list[CompletionItem[str]], before: str) -> list[str]:
        """A line for each; `before` stands before its value in the same word, e.g. `--home=`."""
        del before
        return [self.format_completion(item) for item in items]

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind, value and help."""
        return "\t".join((item.type, item.value, " ".join((item.help or "").split())))


class Bash(_Shell):
    """bash inserts what it is given as it is: it is quoted here."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def lines(self, items: list[CompletionItem[str]], before: str) -> list[str]:
        """No help: bash shows none."""
        values = [item.value for item in items if item.type == _PLAIN]
        if os.environ.get(_KEY) != _ONLY_SHOWN:
            values = _insertions([before + value for value in values])
        others = [item.type for item in items if item.type != _PLAIN]
        return [*others, *(f"{_PLAIN}\t{value}" for value in values)]


class Zsh(_Shell):
    """zsh is told by its script what stands before a value, and quotes what it inserts."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = _ZSH


class Fish(_Shell):
    """fish quotes what it inserts, and compares whole words with what is typed."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = _FISH

    def lines(self, items: list[CompletionItem[str]], before: str) -> list[str]:
        """Whole words; of a folder only what stands before it, for fish knows the rest."""
        whole = [
            CompletionItem(
                before + (item.value if item.type == _PLAIN else ""), item.type, item.help
            )
            for item in items
        ]
        return [self.format_completion(item) for item in whole]


SHELLS: dict[str, type[_Shell]] = {shell.name: shell for shell in (Bash, Zsh, Fish)}


def take_the_shells() -> None:
    """Have click answer the shells so."""
    for shell in SHELLS.values():
        add_completion_class(shell)


def _insertions(words: list[str]) -> list[str]:
    """What bash shall put in place of what it replaces, for each of the words.

    It keeps what stands before the last of COMP_WORDBREAKS (a colon, say), or before an open quote.
    """
    line, replaced = os.environ.get(_LINE, ""), os.environ.get(_REPLACED, "")
    if not line.endswith(replaced):
        return []
    kept = read_line(line.removesuffix(replaced))
    rests = [word.removeprefix(kept.begun) for word in words if word.startswith(kept.begun)]
    found = [_within(rest, kept.quote) + kept.quote[-1:] for rest in rests]
    # bash inserts what all have in common: that is not to end between a backslash and its letter.
    rest, shared = (commonprefix(texts) for texts in (rests, found))  # noqa: RUF071  (characters)
    common = _within(rest, kept.quote)
    return [*found, common] if len(found) > 1 and common != shared else found


def _within(text: str, quote: Quote) -> str:
    """The text as it stands in open quotes.

    Where it begins with another one, bash takes that for the one that is open, and removes it.
    """
    found, mark = quoted(text, quote), quote[-1:]
    return f"{mark}{found}" if mark and found.startswith(mark) else found
