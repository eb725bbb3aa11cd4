"""`folkmoot invite`: links that let people join."""

import click

from server.actions.invites import create_invite, revoke_invite
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, show
from server.queries import members
from server.rules.accounts import ROLES, Role
from server.rules.ids import now_ms
from server.rules.permissions import OPERATOR
from server.views.instance import InviteView

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


@invite.command("list")
@as_json
def every(as_json: bool) -> None:
    """Links that people were given, the newest first."""
    settings = chosen().settings()
    found = in_database(settings, members.every_invite)
    lines = [f"{settings.base_url}/join/{each.code}  {_about(each)}  used {each.used}" for each in found]
    told = [
        {
            "code": each.code,
            "url": f"{settings.base_url}/join/{each.code}",
            "role": each.role,
            "note": each.note,
            "used": each.used,
            "uses_left": each.uses_left,
            "expires_at": each.expires_at.isoformat() if each.expires_at else None,
            "organisation_id": each.organisation_id,
            "proposal_id": each.proposal_id,
        }
        for each in found
    ]
    show("\n".join(lines) or "There are none.", told, as_json=as_json)


@invite.command()
@click.argument("code")
def revoke(code: str) -> None:
    """End a link: nobody joins with it any more. CODE is the last part of the link."""
    last = code.rstrip("/").rpartition("/")[2]
    in_database(chosen().settings(), lambda: revoke_invite(OPERATOR, last))
    click.echo("The link works no longer.")


def _about(each: InviteView) -> str:
    if each.proposal_id:
        return f"about proposal {each.proposal_id}"
    return f"{each.role} of organisation {each.organisation_id}" if each.organisation_id else each.role
