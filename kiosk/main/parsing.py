"""The shape of a command: parser, registration, handler.

Rules: a usage error is a known problem (exit 2), never a ``SystemExit`` from inside argparse.
Every module of ``kiosk.main.commands`` has ``register(commands: Commands) -> None``, which adds
its parser and sets ``handler`` to a :data:`Handler`.
"""

# argparse has no public name for the action that holds the subcommands.
# ruff: noqa: SLF001

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NoReturn, TypeAlias

from kiosk.domain.problems import InputProblem
from kiosk.main.output import Output

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
Handler: TypeAlias = Callable[[argparse.Namespace, Output], int]


class UsageProblem(InputProblem):
    """The command line itself is wrong."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        """Raise :class:`UsageProblem`."""
        raise UsageProblem("usage", f"{message}; see {self.prog} --help")


def nested_parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of the subcommands of ``parser``, one level down."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()
