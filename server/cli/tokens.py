"""`folkmoot token`: tokens for apps and scripts."""

from datetime import UTC, datetime

import click

from server.actions import apps as actions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, show
from server.http.scopes import ALL
from server.queries import members
from server.rules.errors import Invalid, NotFound
from server.rules.permissions import OPERATOR

APP = "Command line"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"  # there is no page to return to


@click.group(cls=Group)
def token() -> None:
    """Tokens for apps and scripts."""


@token.command()
@click.argument("name")
@click.option("--scopes", default="read write follow push", show_default=True, help="What it may do; blanks between.")
@as_json
def create(name: str, scopes: str, as_json: bool) -> None:
    """Print a token with which an app acts as the member NAME. Whoever has it can do the same: keep it secret."""
    settings = chosen().settings()
    wanted = scope_list(scopes)
    made = in_database(settings, lambda: issue(name, wanted))
    created = int(datetime.now(UTC).timestamp())
    facts = {"access_token": made, "token_type": "Bearer", "scope": wanted, "created_at": created}
    show(made, facts, as_json=as_json)


def scope_list(text: str) -> str:
    """The scopes, each once.

    Raises:
        Invalid: one that does not exist, or none.
    """
    words = list(dict.fromkeys(text.split()))
    unknown = [word for word in words if word not in ALL]
    if unknown or not words:
        raise Invalid("scopes", f"There is no scope “{' '.join(unknown)}”. Known ones: {' '.join(ALL)}.")
    return " ".join(words)


async def issue(name: str, scopes: str) -> str:
    """A new token of a member, inside the database. Each has an app of its own, so that each can be shown out alone."""
    member = await members.by_name(name)
    if member is None:
        raise NotFound(f"There is no member called “{name}”. See “folkmoot member list”.")
    app_id = await actions.register_app(OPERATOR, APP, "", [OUT_OF_BAND], scopes)
    return await actions.issue_token(OPERATOR, app_id, member.id, scopes)
