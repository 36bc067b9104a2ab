"""`completion`: what a shell needs so that the Tab key completes our commands."""

from __future__ import annotations

import click

from msnewsletter.cli.examples import examples

_PROGRAM = "msnewsletter"
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
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101  (click knows all three)
    variable = f"_{_PROGRAM.upper()}_COMPLETE"  # as click looks for it
    script = made(ctx.find_root().command, {}, _PROGRAM, variable).source()
    click.echo(script, nl=False)
