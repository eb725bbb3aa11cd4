"""`folkmoot appeal`: for where no other steward can look: whoever runs the site decides about an appeal."""

import click

from server.actions.appeals import decide_appeal
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.output import ago, as_json, moment, show, table
from server.queries import moderation
from server.rules.moderation import words_of
from server.rules.permissions import OPERATOR
from server.views.moderation import AppealView


@click.group(cls=Group)
def appeal() -> None:
    """Appeals against what stewards decided."""


@appeal.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Appeals that nobody has decided about."""
    found = in_database(chosen().settings(), moderation.open_appeals)
    lines = [
        [
            str(each.id),
            each.decision.act,
            words_of(each.decision.code),
            ago(each.created_at),
            " ".join(each.text.split()),
        ]
        for each in found
    ]
    heads = ["APPEAL", "AGAINST", "REASON", "WAITS", "WHAT THEY SAY"]
    show(table(heads, lines), [facts(each) for each in found], as_json=as_json)


@appeal.command()
@click.argument("appeal_id", type=int)
@click.argument("outcome", type=click.Choice(["undo", "uphold"]))
@click.option("--note", default="", help="A sentence for whoever appealed.")
@as_json
def decide(appeal_id: int, outcome: str, note: str, as_json: bool) -> None:
    """Decide about an appeal: take the decision back (undo), or let it stand (uphold)."""
    in_database(chosen().settings(), lambda: decide_appeal(OPERATOR, appeal_id, undo=outcome == "undo", note=note))
    show(outcome, {"id": str(appeal_id), "outcome": outcome}, as_json=as_json)


def facts(each: AppealView) -> dict[str, object]:
    """An appeal as JSON."""
    return {
        "id": str(each.id),
        "act": each.decision.act,
        "code": each.decision.code,
        "sentence": each.decision.sentence,
        "post_id": str(each.decision.post_id) if each.decision.post_id else None,
        "account_id": str(each.decision.account_id),
        "text": each.text,
        "created_at": moment(each.created_at),
    }
