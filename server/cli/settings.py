"""`folkmoot config`: every setting, its value, and where it came from."""

import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click

from server.cli.commands import Choices, Command, chosen
from server.cli.output import as_json, show, table
from server.config import FILE_NAME, PREFIX, Settings


@click.command(cls=Command)
@as_json
def config(as_json: bool) -> None:
    """Show every setting, its value, and where it came from. Passwords are left out."""
    choices = chosen()
    settings = choices.settings()
    came_from = origins(choices, settings)
    values = {each.name: _shown(getattr(settings, each.name)) for each in fields(Settings)}
    facts = {name: {"value": value, "from": came_from[name]} for name, value in values.items()}
    lines = [[name, _word(value), came_from[name]] for name, value in values.items()]
    show(table(["SETTING", "VALUE", "FROM"], lines), facts, as_json=as_json)


def origins(choices: Choices, settings: Settings) -> dict[str, str]:
    """For each setting: command line, environment, the path of the file, or default."""
    path = choices.config or settings.data_dir / FILE_NAME
    written = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}

    def origin(name: str) -> str:
        if name in choices.flags:
            return "command line"
        if PREFIX + name.upper() in os.environ:
            return "environment"
        return str(path) if name in written else "default"

    return {each.name: origin(each.name) for each in fields(Settings)}


def _shown(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:…@", value) if isinstance(value, str) else value


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if value != "" else "-"
