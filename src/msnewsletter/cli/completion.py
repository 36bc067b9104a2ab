"""`completion`: what a shell needs so that the Tab key completes our commands."""

from __future__ import annotations

import click

from msnewsletter.cli.examples import examples

_PROGRAM = "msnewsletter"
_ASKED = "_MSNEWSLETTER_COMPLETE"  # in which click looks for what a shell asks
_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=examples(
        "completion bash > ~/.local/share/bash-completion/completions/msnewsletter",
        'completion zsh > "${fpath[1]}/_msnewsletter"',
        "completion fish > ~/.config/fish/completions/msnewsletter.fish",
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
