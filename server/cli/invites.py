"""`folkmoot invite`: links that let people join."""

import click

from server.actions.invites import create_invite
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, show
from server.rules.accounts import ROLES, Role
from server.rules.ids import now_ms
from server.rules.permissions import OPERATOR

DAY_MS = 24 * 3600 * 1000


@click.group(cls=Group)
def invite() -> None:
    """Links that let people join."""


@invite.command()
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--note", default="", help="Whom it is for; only admins see it.")
@click.option("--uses", type=click.IntRange(1, 10_000), help="How many people may join with it. [default: any number]")
@click.option("--days", type=click.IntRange(1, 3650), default=14, show_default=True, help="How long it works.")
@as_json
def create(role: Role, note: str, uses: int | None, days: int, as_json: bool) -> None:
    """Print a link with which people join."""
    settings = chosen().settings()
    expires = now_ms() + days * DAY_MS
    code = in_database(settings, lambda: create_invite(OPERATOR, role=role, note=note, uses=uses, expires_at=expires))
    link = f"{settings.base_url}/join/{code}"
    show(link, {"code": code, "url": link, "role": role, "uses": uses, "days": days}, as_json=as_json)
