"""`folkmoot site`: what people see of the instance as a whole."""

import click

from server.actions.instance import SIGN_UPS, change
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import as_json, show
from server.queries import instance
from server.rules.errors import Invalid
from server.rules.permissions import OPERATOR
from server.views.instance import InstanceView


@click.group(cls=Group)
def site() -> None:
    """What people see of this instance as a whole."""


@site.command(name="show")
@as_json
def show_(as_json: bool) -> None:
    """What is set now."""
    told = facts(in_database(chosen().settings(), instance.get))
    show("\n".join(f"{name}: {value}" for name, value in told.items()), told, as_json=as_json)


@site.command(name="set")
@click.option("--title", help="The name of the organisation.")
@click.option("--description", help="A sentence about it.")
@click.option("--about", help="The page about it, in Markdown.")
@click.option("--privacy", help="The page on privacy, in Markdown.")
@click.option("--accessibility", help="The page on accessibility, in Markdown.")
@click.option("--contact-email", help="Where people reach you.")
@click.option("--accent", help="The colour: a name, or #rrggbb.")
@click.option("--language", help="The language of new texts, such as en.")
@click.option("--time-zone", help="Such as Europe/London.")
@click.option("--sign-up", type=click.Choice(SIGN_UPS), help="Whether people can join by invitation.")
@click.option(
    "--hold-first", type=click.Choice(["yes", "no"]), help="Whether a steward reads what is somebody's first."
)
@click.option("--rule", "rules", multiple=True, help="A rule of the site; give each, they replace those before.")
def set_(rules: tuple[str, ...], **values: str | None) -> None:
    """Change what is given, and leave the rest."""
    wanted: dict[str, object] = {name: value for name, value in values.items() if value is not None}
    if rules:
        wanted["rules"] = rules
    if not wanted:
        raise Invalid("", "Say what to change, such as --title. See “folkmoot site set --help”.")
    in_database(chosen().settings(), lambda: change(OPERATOR, **wanted))
    click.echo("Saved.")


def facts(each: InstanceView) -> dict[str, object]:
    """The instance as JSON; the names are those of the flags of `site set`."""
    return {
        "title": each.title,
        "description": each.description,
        "about": each.about_source,
        "privacy": each.privacy_source,
        "accessibility": each.accessibility_source,
        "contact_email": each.contact_email,
        "accent": each.accent,
        "language": each.language,
        "time_zone": each.time_zone,
        "sign_up": each.sign_up,
        "hold_first": "yes" if each.hold_first else "no",
        "rules": list(each.rules),
    }
