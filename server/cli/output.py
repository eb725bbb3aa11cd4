"""Results on stdout: one line, one JSON object, or a table."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def show(text: str, facts: Any, *, as_json: bool) -> None:
    """The result: the text, or with `--json` the facts."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest word, with two blanks between."""
    every = [list(heads), *[list(line) for line in lines]]
    widths = [max(len(line[at]) for line in every) for at in range(len(heads))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in every
    )


def moment(when: datetime | None) -> str | None:
    """A time as JSON carries it (RFC 3339)."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if when else None


def ago(when: datetime | None) -> str:
    """How long ago, in the largest unit that fits."""
    if when is None:
        return "-"
    seconds = max(int((datetime.now(UTC) - when).total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
