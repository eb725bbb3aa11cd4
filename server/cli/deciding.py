"""What every decision at the command line says: in whose name it is made, and why."""

import click

from server.queries import members
from server.rules.errors import NotFound
from server.rules.moderation import REASONS
from server.rules.permissions import OPERATOR, Principal

by_name = click.option(
    "--by", "by", default="", metavar="NAME", help="The steward who decides. [default: the operator]"
)
reason = click.option(
    "--reason", required=True, type=click.Choice(list(REASONS)), help="Why; whom it concerns reads it."
)
sentence = click.option("--sentence", default="", help="The reason in your own words; “other” needs one.")


async def acting(name: str) -> Principal:
    """The member of this name as the one who acts, the operator without a name; inside the database. What they may do
    is for the action to say."""
    if not name:
        return OPERATOR
    found = await members.by_name(name)
    if found is None:
        raise NotFound("There is no member called “%(name)s”. See “folkmoot member list”.", name=name)
    return members.principal(found)
