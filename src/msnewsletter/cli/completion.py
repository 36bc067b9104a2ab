"""`completion`: what a shell needs so that the Tab key completes our commands."""

from __future__ import annotations

import click

from msnewsletter.cli.examples import examples

_PROGRAM = "msnewsletter"
_ASKED = "_MSNEWSLETTER_COMPLETE"  # in which click looks for what a shell asks
_SHELLS = ("bash", "zsh", "fish")


# A home of a user that is new has none of these folders.
_FOLDERS = """\b
The folder has to be there first:
  mkdir -p ~/.local/share/bash-completion/completions  # bash
  mkdir -p ~/.zfunc  # zsh; in ~/.zshrc, before compinit: fpath+=~/.zfunc
  mkdir -p ~/.config/fish/completions  # fish"""


@click.command(
    epilog=examples(
        "completion bash > ~/.local/share/bash-completion/completions/msnewsletter",
        "completion zsh > ~/.zfunc/_msnewsletter",
        "completion fish > ~/.config/fish/completions/msnewsletter.fish",
        also=_FOLDERS,
    )
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes verbs, options and some values.

    A new shell has it. For this one alone: eval "$(msnewsletter completion bash)".
    For an alias, bash needs to be told: complete -F _msnewsletter_completion ALIAS.
    """
    from msnewsletter.cli.completing_shells import SHELLS

    script = SHELLS[shell](ctx.find_root().command, {}, _PROGRAM, _ASKED).source()
    click.echo(script, nl=False)
