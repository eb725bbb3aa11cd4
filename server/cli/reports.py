"""`folkmoot report`: what people have told the stewards about posts and accounts."""

import click

from server.actions import reports as actions
from server.cli.at_work import in_database
from server.cli.commands import Group, chosen
from server.cli.deciding import acting, by_name, sentence
from server.cli.output import ago, as_json, moment, show, table
from server.queries import reports
from server.rules.errors import NotFound
from server.rules.moderation import REASONS, REPORT_ACTS, Act, Why
from server.rules.sanitise import plain_text
from server.views.moderation import ReportView


@click.group(cls=Group)
def report() -> None:
    """What people have told the stewards about posts and accounts."""


@report.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """Reports that nobody has decided about, the oldest first."""
    found = in_database(chosen().settings(), reports.open_reports)
    told: list[dict[str, object]] = [
        {
            "id": str(each.id),
            "account": each.target.acct,
            "category": each.category,
            "created_at": moment(each.created_at),
        }
        for each in found
    ]
    lines = [[str(each.id), each.target.acct, each.category, ago(each.created_at)] for each in found]
    show(table(["REPORT", "ABOUT", "CATEGORY", "WAITS"], lines), told, as_json=as_json)


@report.command(name="show")
@click.argument("report_id", type=int)
@as_json
def show_(report_id: int, as_json: bool) -> None:
    """A report whole: who reported, what about, and the posts that are still there."""

    async def work() -> ReportView:
        found = await reports.by_id(report_id)
        if found is None:
            raise NotFound("There is no such report. See “folkmoot report list”.")
        return found

    found = in_database(chosen().settings(), work)
    told = facts(found)
    posts = [f"post {each.id}: {plain_text(each.content_html)}" for each in found.posts]
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in told.items() if name != "posts" and value]
    show("\n".join([*lines, *posts]), told, as_json=as_json)


@report.command()
@click.argument("report_id", type=int)
@click.argument("act", type=click.Choice(REPORT_ACTS))
@click.option("--reason", default="", type=click.Choice(["", *REASONS]), help="Why; needed for all but “keep”.")
@sentence
@by_name
def close(report_id: int, act: Act, reason: str, sentence: str, by: str) -> None:
    """Decide about a report, and close it: leave all as it is (keep), or act on the posts or the account."""

    async def work() -> None:
        await actions.decide_report(await acting(by), report_id, act, Why(reason, sentence))

    in_database(chosen().settings(), work)
    click.echo("The report is closed.")


def facts(each: ReportView) -> dict[str, object]:
    """A report as JSON."""
    return {
        "id": str(each.id),
        "account": each.target.acct,
        "reported_by": each.account.acct,
        "category": each.category,
        "comment": each.comment,
        "posts": [{"id": str(post.id), "text": plain_text(post.content_html)} for post in each.posts],
        "gone": each.gone,
        "created_at": moment(each.created_at),
        "closed_at": moment(each.closed_at),
        "action_taken": each.action_taken,
    }
