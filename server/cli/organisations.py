"""`folkmoot organisation`: the organisation of this site and the groups it hosts."""

import click

from server.actions import organisations as actions
from server.actions.invites import create_invite
from server.actions.memberships import confirm_membership, end_membership
from server.app import new_keys
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name
from server.cli.output import as_json, show, table
from server.queries import accounts, members, organisations
from server.rules.errors import NotFound
from server.rules.ids import now_ms
from server.rules.organisations import KINDS, ROLES_THERE, RoleThere
from server.views.accounts import AccountView
from server.views.organisations import MembershipView, OrganisationView

DAY_MS = 24 * 3600 * 1000


@click.group(cls=Group)
def organisation() -> None:
    """The organisation of this site and the groups it hosts."""


@organisation.command()
@click.argument("name")
@click.option("--title", required=True, help="What people call it.")
@click.option("--kind", type=click.Choice(list(KINDS)), default="group", show_default=True)
@click.option("--description", default="", help="What it is for.")
@click.option("--mandate", default="", help="How it usually decides what it backs.")
@by_name
@as_json
def create(name: str, title: str, kind: str, description: str, mandate: str, by: str, as_json: bool) -> None:
    """Make a group and print its address. Whom --by names becomes its first steward."""
    settings = chosen().settings()
    draft = actions.OrganisationDraft(title, kind, description, mandate)

    async def work() -> int:
        return await actions.create_organisation(await acting(by), name, draft, keys=await new_keys())

    account_id = in_database(settings, work)
    url = f"{settings.base_url}/organisations/{name}"
    show(url, {"id": str(account_id), "name": name, "title": title, "url": url}, as_json=as_json)


@organisation.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """The organisation of this site and its groups, by name."""
    found = in_database(chosen().settings(), organisations.all_here)
    told = [{"id": str(each.id), "name": each.name, "title": each.display_name, "url": each.uri} for each in found]
    show(table(["NAME", "TITLE"], [[each.name, each.display_name] for each in found]), told, as_json=as_json)


@organisation.command()
@click.argument("name")
@click.option("--title", help="What people call it.")
@click.option("--description", help="What it is for.")
@click.option("--mandate", help="How it usually decides what it backs.")
@by_name
def settings(name: str, title: str | None, description: str | None, mandate: str | None, by: str) -> None:
    """Change what is given, and leave the rest. The site's own title and description: `site set`."""

    async def work() -> None:
        found = await _facts(name)
        draft = actions.OrganisationDraft(
            title=found.account.display_name if title is None else title,
            description=found.account.summary_source if description is None else description,
            mandate=found.mandate if mandate is None else mandate,
        )
        await actions.change_organisation(await acting(by), found.account.id, draft)

    in_database(chosen().settings(), work)
    click.echo("Saved.")


@organisation.command()
@click.argument("name")
@as_json
def people(name: str, as_json: bool) -> None:
    """Who belongs to it, says so, or was asked to."""

    async def work() -> list[MembershipView]:
        return await organisations.members_of((await _named(name)).id)

    found = in_database(chosen().settings(), work)
    told = [{"name": each.other.name, "role": each.role, "verified": each.verified} for each in found]
    lines = [[each.other.name, each.role, "belongs" if each.verified else "waiting"] for each in found]
    show(table(["NAME", "ROLE", "STATE"], lines), told, as_json=as_json)


@organisation.command()
@click.argument("name")
@click.argument("person")
@click.option("--role", type=click.Choice(ROLES_THERE), default="member", show_default=True)
@by_name
def confirm(name: str, person: str, role: RoleThere, by: str) -> None:
    """Say that a member PERSON belongs to a group, and as what. Whoever has not said so is asked to."""

    async def work() -> None:
        group = await _named(name)
        await confirm_membership(await acting(by), group.id, await _person(person), role)

    in_database(chosen().settings(), work)
    click.echo("Confirmed.")


@organisation.command()
@click.argument("name")
@click.argument("person")
@by_name
def end(name: str, person: str, by: str) -> None:
    """Take PERSON out of a group."""

    async def work() -> None:
        group = await _named(name)
        await end_membership(await acting(by), group.id, await _person(person))

    in_database(chosen().settings(), work)
    click.echo("They belong to it no longer.")


@organisation.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES_THERE), default="member", show_default=True)
@click.option("--days", type=click.IntRange(1, 3650), default=14, show_default=True, help="How long it works.")
@by_name
@as_json
def invite(name: str, role: RoleThere, days: int, by: str, as_json: bool) -> None:
    """Print a link with which people join a group. To end it: `invite revoke`."""
    settings = chosen().settings()

    async def work() -> str:
        group = await _named(name)
        ends = now_ms() + days * DAY_MS
        return await create_invite(await acting(by), role=role, expires_at=ends, organisation_id=group.id)

    code = in_database(settings, work)
    url = f"{settings.base_url}/join/{code}"
    show(url, {"code": code, "url": url, "role": role, "days": days}, as_json=as_json)


async def _named(name: str) -> AccountView:
    found = await accounts.local_by_name(name)
    if found is None or found.kind != "organisation" or found.suspended:
        raise NotFound("There is no organisation “%(name)s”. See “folkmoot organisation list”.", name=name)
    return found


async def _facts(name: str) -> OrganisationView:
    return await organisations.facts_of(await _named(name))


async def _person(name: str) -> int:
    """The account of a member."""
    found = await members.by_name(name)
    if found is None:
        raise NotFound("There is no member called “%(name)s”. See “folkmoot member list”.", name=name)
    return found.account.id
