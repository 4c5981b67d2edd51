"""The `fasttrack` command: its areas, each loaded only when it is asked for."""

import sys
from importlib import import_module

import typer

from api.cli.output import CommandFailed, fail
from attendance.errors import AttendanceError, Unreadable
from engine.errors import EngineError

# Area → the module whose `app` answers it. A module whose only command bears the area's name is that command itself.
AREAS = {
    "register": "api.cli.register",
    "dates": "api.cli.dates",
    "upn": "api.cli.upn",
    "process": "api.cli.process",
    "demo": "api.cli.demo",
    "school": "api.cli.school",
    "calendar": "api.cli.calendar",
    "marks": "api.cli.marks",
    "pack": "api.cli.pack",
    "case": "api.cli.case",
    "user": "api.cli.user",
    "serve": "api.cli.serve",
    "worker": "api.cli.worker",
}

# Commands that need the whole service in an area that otherwise needs little: loaded only when they are asked for.
HEAVY = {("register", "import"): "api.cli.taking_in"}


def main() -> None:
    """Runs the command. What was asked wrongly is exit code 2, what cannot be done is 1, each with one sentence."""
    arguments = sys.argv[1:]
    as_json = "--json" in arguments
    try:
        ended = _assembled(arguments)(arguments, prog_name="fasttrack", standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except typer.TyperException as wrong:
        fail(_sentence(wrong), as_json=as_json, code=2)
    except Unreadable as unreadable:
        fail(str(unreadable), as_json=as_json, code=2)
    except (AttendanceError, EngineError) as refused:
        fail(str(refused), as_json=as_json, code=1)
    except CommandFailed as failed:
        fail(str(failed), as_json=as_json, code=failed.code)
    sys.exit(ended if isinstance(ended, int) else 0)


def _assembled(arguments: list[str]) -> typer.Typer:
    """The command with the area that the arguments name, or with all of them to show what there is."""
    root = typer.Typer(help="Fast Track to attendance.", no_args_is_help=True, add_completion=False)
    root.callback()(lambda: None)
    named, command = ([word for word in arguments if not word.startswith("-")] + ["", ""])[:2]
    for name in [named] if named in AREAS else AREAS:
        area: typer.Typer = import_module(AREAS[name]).app
        if [command.name for command in area.registered_commands] == [name]:
            root.registered_commands += area.registered_commands
        else:
            for (of, word), module in HEAVY.items():
                if of == name == named and command in (word, ""):
                    extra = import_module(module).app.registered_commands
                    area.registered_commands += [each for each in extra if each not in area.registered_commands]
            root.add_typer(area, name=name)
    return root


def _sentence(wrong: typer.TyperException) -> str:
    words = getattr(wrong, "format_message", lambda: str(wrong))()
    return " ".join(words.replace("Value error, ", "").split()) or "This command needs more words; see above."
