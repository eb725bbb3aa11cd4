"""`folkmoot member`: people with a log-in."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import click

from server.actions import members as actions
from server.actions import moving
from server.app import Instance, new_keys
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.http.passwords import check_password, hash_password
from server.queries import members
from server.rules.accounts import ROLES, Role
from server.rules.errors import NotFound
from server.rules.permissions import OPERATOR, Principal
from server.views.accounts import MemberView


@click.group(cls=Group)
def member() -> None:
    """People with a log-in."""


@member.command()
@click.argument("name")
@click.option("--email", default="", help="To sign in with; without it, the name does.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--display-name", default="", help="The name that others see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@as_json
def create(name: str, email: str, role: Role, display_name: str, password_stdin: bool, as_json: bool) -> None:
    """Make a member and print their address. Without a password they sign in with `member login-link`."""
    settings = chosen().settings()
    password = _password() if password_stdin else ""

    async def work() -> MemberView:
        hashed = await hash_password(password) if password else ""
        member_id = await actions.create_member(
            OPERATOR,
            name,
            keys=await new_keys(),
            email=email,
            password_hash=hashed,
            role=role,
            display_name=display_name,
        )
        made = await members.by_id(member_id)
        if made is None:
            raise NotFound
        return made

    made = in_database(settings, work)
    show(made.account.uri, facts(made), as_json=as_json)
    if not password:
        click.echo(f"{name} has no password yet. To sign in: folkmoot member login-link {name}", err=True)


@member.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Everybody with a log-in, by name."""
    settings = chosen().settings()

    async def work() -> list[MemberView]:
        found: list[MemberView] = []
        while more := await members.all_members(offset=len(found)):
            found += more
        return found

    found = in_database(settings, work)
    lines = [
        [each.account.name, each.account.display_name, each.role, each.email or "-", _state(each), ago(each.seen_at)]
        for each in found
    ]
    text = table(["NAME", "SHOWN AS", "ROLE", "EMAIL", "STATE", "SEEN"], lines)
    show(text, [facts(each) for each in found], as_json=as_json)


@member.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@as_json
def role(name: str, role: Role, as_json: bool) -> None:
    """Make somebody a member, steward, guardian or admin. The last admin stays one."""

    async def work() -> None:
        found = await members.by_name(name)
        if found is None:
            raise NotFound("There is no member called “%(name)s”. See “folkmoot member list”.", name=name)
        await actions.set_role(OPERATOR, found.id, role)

    in_database(chosen().settings(), work)
    show(role, {"name": name, "role": role}, as_json=as_json)


@member.command()
@click.argument("name")
@as_json
def login_link(name: str, as_json: bool) -> None:
    """Print a link that signs a member in once, within a day: for the forgotten password."""
    settings = chosen().settings()

    async def work() -> str:
        token = await actions.create_login_link(OPERATOR, name)
        return f"{settings.base_url}/sign-in/link/{token}"

    link = in_database(settings, work)
    show(link, {"name": name, "url": link}, as_json=as_json)


@member.command()
@click.argument("name")
@click.argument("handle")
@as_json
def alias(name: str, handle: str, as_json: bool) -> None:
    """Say that HANDLE, on another server, is a member's too: then they can move here from there."""
    uri = asyncio.run(_with_account(name, handle, moving.add_alias))
    show(uri, {"name": name, "alias": uri}, as_json=as_json)


@member.command()
@click.argument("name")
@click.argument("handle")
@as_json
def move(name: str, handle: str, as_json: bool) -> None:
    """Move a member to HANDLE on another server, which must name the account here as an alias. Followers go along."""
    uri = asyncio.run(_with_account(name, handle, moving.move_account))
    show(uri, {"name": name, "moved_to": uri}, as_json=as_json)


async def _with_account(name: str, handle: str, act: Callable[[Principal, int], Awaitable[None]]) -> str:
    """Do something for a member about an account elsewhere, as that is there now; returns its address."""
    instance = await Instance.open(chosen().settings())
    try:
        with instance.database.use():
            found = await members.by_name(name)
            if found is None:
                raise NotFound("Nobody of that name is here.", detail=name)
            other = await instance.elsewhere.find_account_anew(handle)
            if other is None:
                raise NotFound("We found nobody there. Give a handle such as @name@example.org.", detail=handle)
            await act(members.principal(found), other.id)
            return other.uri
    finally:
        await instance.close()


def facts(each: MemberView) -> dict[str, object]:
    """A member as JSON; `id` is the account's, as apps see it."""
    return {
        "id": str(each.account.id),
        "name": each.account.name,
        "url": each.account.uri,
        "display_name": each.account.display_name,
        "role": each.role,
        "email": each.email,
        "suspended": each.account.suspended,
        "created_at": moment(each.created_at),
        "seen_at": moment(each.seen_at),
    }


def _state(each: MemberView) -> str:
    return "suspended" if each.account.suspended else "active"


def _password() -> str:
    """From a pipe, or typed unseen."""
    if sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    check_password(password)
    return password
