"""`folkmoot held`: posts that wait until a steward has read them."""

import click

from server.actions import moderation as actions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name, reason, sentence
from server.cli.output import ago, as_json, moment, show, table
from server.queries import moderation
from server.rules.moderation import Why, words_of
from server.rules.permissions import OPERATOR
from server.rules.sanitise import plain_text
from server.views.moderation import HeldView
from server.views.viewer import viewer_of


@click.group(cls=Group)
def held() -> None:
    """Posts that wait until a steward has read them."""


@held.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """What is held, the longest wait first."""
    found = in_database(chosen().settings(), lambda: moderation.held(viewer_of(OPERATOR)))
    lines = [
        [
            str(each.post.id),
            each.post.kind,
            each.post.account.acct,
            words_of(each.post.held_reason),
            ago(each.since) + (" (late)" if each.late else ""),
            _text(each),
        ]
        for each in found
    ]
    text = table(["POST", "KIND", "BY", "REASON", "WAITS", "WHAT IT SAYS"], lines)
    show(text, [facts(each) for each in found], as_json=as_json)


@held.command()
@click.argument("post_id", type=int)
@by_name
def accept(post_id: int, by: str) -> None:
    """Let it up, for everybody whom it is for."""

    async def work() -> None:
        await actions.release_post(await acting(by), post_id)

    in_database(chosen().settings(), work)
    click.echo("It is up.")


@held.command()
@click.argument("post_id", type=int)
@reason
@sentence
@by_name
def ask(post_id: int, reason: str, sentence: str, by: str) -> None:
    """Ask its author to change it; it stays held until then."""

    async def work() -> None:
        await actions.ask_change(await acting(by), post_id, Why(reason, sentence))

    in_database(chosen().settings(), work)
    click.echo("Its author is asked to change it.")


@held.command()
@click.argument("post_id", type=int)
@reason
@sentence
@by_name
def refuse(post_id: int, reason: str, sentence: str, by: str) -> None:
    """Do not let it up: a line in its place says why."""

    async def work() -> None:
        await actions.decline_post(await acting(by), post_id, Why(reason, sentence))

    in_database(chosen().settings(), work)
    click.echo("It does not go up.")


def facts(each: HeldView) -> dict[str, object]:
    """What is held, as JSON."""
    return {
        "id": str(each.post.id),
        "kind": each.post.kind,
        "account": each.post.account.acct,
        "url": each.post.url,
        "text": _text(each),
        "code": each.post.held_reason,
        "sentence": each.sentence,
        "since": moment(each.since),
        "asked_at": moment(each.asked),
        "late": each.late,
    }


def _text(each: HeldView) -> str:
    return " ".join(f"{each.post.title} {plain_text(each.post.content_html)}".split())
