"""The list of commands, the settings that every one of them takes as flags, and what their ends mean.

Each command's module is loaded when it is called, so that `folkmoot --help` needs nothing but this file.
"""

import asyncio
import gc
import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

import click

from server import __version__
from server.cli.logs import log_to_stderr, report_fault
from server.cli.owner import become_owner
from server.config import REFERENCE, Settings, SettingsError, load
from server.rules.errors import CivicError

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130
LogFormat = Literal["readable", "json"]

# name: (module and function, what `folkmoot --help` says)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("serve:serve", "Run the server: pages, apps, other servers, and the work in the background."),
    "worker": ("worker:worker", "Run only the work in the background, beside a server."),
    "demo": ("demo:demo", "Try it: three organisations on this computer, talking to each other."),
    "doctor": ("doctor:doctor", "Check the usual causes of trouble, and say what to do."),
    "config": ("settings:config", "Show every setting, its value, and where it came from."),
    "migrate": ("migrate:migrate", "Bring the database up to date. The server does this by itself when it starts."),
    "member": ("members:member", "People with a log-in: create, list, role, login-link, alias, move."),
    "token": ("tokens:token", "Tokens for apps and scripts: create."),
    "invite": ("invites:invite", "Links that let people join: create, list, revoke."),
    "topic": ("topics:topic", "Topics, and their links with others: create, list, edit, link, unlink."),
    "organisation": (
        "organisations:organisation",
        "The organisation here and its groups: create, list, settings, people, confirm, end, invite.",
    ),
    "policy": ("policies:policy", "The rules that get in the way: list, create, edit, same, delete."),
    "site": ("site:site", "What people see of this instance: show, set."),
    "held": ("held:held", "Posts that wait for a steward: list, accept, ask, refuse."),
    "report": ("reports:report", "What people told the stewards: list, show, close."),
    "post": ("posts:post", "Decisions about a post: hide, remove, restore."),
    "account": ("accounts:account", "Decisions about a person: warn, limit, lift, suspend, restore."),
    "audit": ("audit:audit", "What stewards and admins did: tail, verify, export."),
    "appeal": ("appeals:appeal", "Appeals against decisions of stewards: list, decide."),
    "keys": ("keys:keys", "What we sign with: list, rotate."),
    "peer": ("peer:peer", "Other servers: list, show, allow, block, limit, retry, purge, ping, import, export."),
    "queue": ("queue:queue", "What is on its way to other servers, or was given up: status, list, retry, drop."),
}


@dataclass
class Choices:
    """What the flags said. `settings` reads the rest, and sets the process up to work with it."""

    flags: dict[str, object] = field(default_factory=dict)
    config: Path | None = None
    log_format: LogFormat = "readable"

    def settings(self) -> Settings:
        """The settings of this command; as root, the process is the owner of the data directory afterwards."""
        settings = load(self.flags, config=self.config)
        become_owner(settings.data_dir)
        log_to_stderr(settings.log_level, json=self.log_format == "json")
        return settings


def chosen() -> Choices:
    """What the flags of the running command said, wherever they stood."""
    return click.get_current_context().find_root().ensure_object(Choices)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value is None:
        return
    choices = context.find_root().ensure_object(Choices)
    if option.name == "config":
        choices.config = Path(value)
    elif option.name == "log_format":
        choices.log_format = value
    else:
        choices.flags[str(option.name)] = value


def settings_options(*, hidden: bool) -> list[click.Parameter]:
    """A flag for each setting, and for where they are read. Hidden ones work all the same."""
    made: list[click.Parameter] = [
        _option("--config", "config", "Read the settings from this file.", hidden, metavar="FILE"),
        _option(
            "--log-format", "log_format", "One line for people, or one JSON object.", hidden,
            type=click.Choice(["readable", "json"]),
        ),
    ]  # fmt: skip
    types = get_type_hints(Settings)
    for each in fields(Settings):
        flag, meaning = "--" + each.name.replace("_", "-"), REFERENCE[each.name][1].replace("`", "")
        more: dict[str, Any] = {"metavar": each.name.upper()}
        if types[each.name] is bool:
            flag, more = f"{flag}/--no-{flag.removeprefix('--')}", {"is_flag": True}
        elif words := get_args(types[each.name]):
            more = {"type": click.Choice(words)}
        made.append(_option(flag, each.name, meaning, hidden, **more))
    return made


def _option(flag: str, name: str, meaning: str, hidden: bool, **more: Any) -> click.Option:
    return click.Option(
        [flag, name], default=None, expose_value=False, callback=_remember, help=meaning, hidden=hidden, **more
    )


class Command(click.Command):
    """A command that takes the settings as flags too: `folkmoot serve --port 8001`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {parameter.name for parameter in self.params}
        self.params += [option for option in settings_options(hidden=True) if option.name not in taken]


class Group(click.Group):
    """Commands about one noun."""

    command_class = Command


class Folkmoot(click.Group):
    """The root: finds a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        gc.disable()  # nothing that is loaded now is ever garbage, so to look for it would be lost time
        found: click.Command = getattr(importlib.import_module(f"server.cli.{module}"), name)
        gc.freeze()
        gc.enable()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, meaning) for name, (_, meaning) in COMMANDS.items()])


folkmoot = Folkmoot(
    name="folkmoot",
    help="Frontline proposals that travel between organisations. `folkmoot COMMAND --help` says more about a command.",
    params=settings_options(hidden=False),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
click.version_option(__version__, prog_name="folkmoot", message="%(prog)s %(version)s")(folkmoot)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code: 0 done, 1 refused, 2 wrong words or settings. Why is on stderr."""
    try:
        code = folkmoot.main(list(arguments), prog_name="folkmoot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SettingsError as error:
        return _says(str(error), USAGE)
    except CivicError as error:
        return _says(error.text, REFUSED)
    except (KeyboardInterrupt, click.Abort, asyncio.CancelledError):
        return INTERRUPTED
    except BrokenPipeError:
        return REFUSED
    except Exception as error:
        text = importlib.import_module("server.cli.trouble").what_to_do(error)  # only now: it knows the databases
        if text:
            return _says(text, REFUSED)
        report_fault(error)
        return REFUSED
    return code if isinstance(code, int) else DONE


def _says(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
