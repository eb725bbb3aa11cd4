"""Mail: digests grouped by proposal, sent once however often a process dies, and stopped with one click."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask
from server.actions.comments import publish_comment
from server.actions.lifecycle import move_proposal
from server.actions.mailing import write_letter
from server.jobs.digests import look
from server.ledger import letters
from server.rules.drafts import LetterDraft, PostDraft
from server.rules.lifecycle import Wanted
from server.rules.notifying import Period, periods
from server.rules.permissions import OPERATOR
from server.storage.sql import execute, rows
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.smtp import MailServer
from tests.world import Site, World

HOUR = 3_600_000


async def states() -> list[str]:
    return [each["state"] for each in await rows("SELECT state FROM letters ORDER BY id")]


async def letter(site: Site, key: str = "one") -> None:
    with site.use():
        await write_letter(OPERATOR, key, LetterDraft("amina@example.org", "Hello\nBcc: x", "Words.", "<p>Words.</p>"))


def until_seven(made: World) -> int:
    """Seconds until a minute after the next seven o'clock, when the digest of a day is due, whatever time it is now."""
    return 86_400 - int(made.clock() - 7 * 3600) % 86_400 + 60


async def a_day_later(made: World) -> None:
    """The next morning, and the ten minutes after which the next look is due."""
    for seconds in (until_seven(made), 700):
        made.clock.forward(seconds)
        await made.settle()


async def test_fifty_events_on_one_proposal_in_a_day_are_one_digest(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    amina, bryn = await site.member("amina", email="amina@example.org"), await site.member("bryn")
    proposal_id = await raise_proposal(site, amina)
    with site.use():
        for number in range(50):
            await publish_comment(bryn, PostDraft(source=f"Word {number}.", in_reply_to_id=proposal_id))
    await made.settle()
    await a_day_later(made)
    (mail,) = post_office.letters
    assert mail["To"] == "amina@example.org"
    assert mail["From"] == "news@oak.example"
    plain: Any = mail.get_body(("plain",))
    text = plain.get_content().replace("\r\n", "\n")
    assert mail.get_body(("html",)) is not None
    assert all(f"Word {number}." in text for number in range(50))
    assert text.index("Word 49.") < text.index("Word 0.")
    assert text.count(f"https://oak.example/proposals/{proposal_id}\n") == 1

    stop = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = httpx.URL(stop).path
    assert (await site.get(path)).status_code == 200
    assert (await site.web.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert (await site.web.post(path + "x")).status_code == 404
    with site.use():
        await publish_comment(bryn, PostDraft(source="One more.", in_reply_to_id=proposal_id))
    await made.settle()
    await a_day_later(made)
    assert len(post_office.letters) == 1


async def test_a_look_that_is_done_again_after_a_crash_writes_no_digest_twice(oak: tuple[World, Site]) -> None:
    made, site = oak
    amina, bryn = await site.member("amina", email="amina@example.org"), await site.member("bryn")
    proposal_id = await raise_proposal(site, amina)
    with site.use():
        await publish_comment(bryn, PostDraft(source="A word.", in_reply_to_id=proposal_id))
    await made.settle()
    at = (int(made.clock()) + until_seven(made)) * 1000
    with site.use():
        since = await letters.digests_until() or int(made.clock() * 1000)
        await letters.note_digests(since)
        for _ in range(2):
            await look(site.instance.settings, at)
            await letters.note_digests(since)  # as if it had died before it could note how far it got
        assert len(await states()) == 1


async def test_a_letter_is_sent_once(oak: tuple[World, Site], post_office: MailServer) -> None:
    made, site = oak
    for _ in range(2):
        await letter(site)
        await made.settle()
    (mail,) = post_office.letters
    assert mail["Subject"] == "Hello Bcc: x"
    with site.use():
        (kept,) = await rows("SELECT state, recipient, text FROM letters")
    assert kept == {"state": "sent", "recipient": "", "text": ""}


async def test_what_was_being_sent_when_a_process_died_is_not_sent_again(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    await letter(site)
    with site.use():
        await execute("UPDATE letters SET state = 'sending'")
    await made.settle()
    assert post_office.letters == []
    with site.use():
        assert await states() == ["unknown"]


async def test_a_mail_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    post_office.refusals = ["451 later"]
    await letter(site)
    await made.settle()
    assert post_office.letters == []
    made.clock.forward(3600)
    await made.settle()
    assert len(post_office.letters) == 1
    post_office.refusals = ["550 never"]
    await letter(site, "two")
    await made.settle()
    made.clock.forward(3600)
    await made.settle()
    assert len(post_office.letters) == 1
    with site.use():
        assert await states() == ["sent", "failed"]


async def test_a_forgotten_password_is_a_link_by_mail_and_nobody_learns_who_is_a_member(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    await site.member("amina", email="amina@example.org")
    await site.member("bryn")
    for login in ("amina@example.org", "bryn", "nobody"):
        page = (await site.get("/sign-in")).text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await site.web.post("/sign-in/forgot", data={"csrf": token, "email": login})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=link-mailed")
    await made.settle()
    (mail,) = post_office.letters
    assert mail["To"] == "amina@example.org"
    assert "https://oak.example/sign-in/link/" in mail.get_content()


async def test_whoever_is_asked_gets_the_answer_link_by_mail_and_the_steward_a_copy(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    sten = await site.member("sten", role="steward")
    proposal_id = await raise_proposal(site, sten)
    with site.use():
        await move_proposal(sten, proposal_id, "agree", Wanted("Agreed.", waived=True))
        owner_id = await keep_owner(sten, OwnerDraft("The council", email="repairs@council.example"))
        await prepare_ask(sten, proposal_id, AskDraft(owner_id, "change_rule", "Let one visit be enough."))
    app = await site.app(sten)
    answer = await app.post(f"/api/v1/civic/proposals/{proposal_id}/send")
    assert answer.status_code == 200, answer.text
    await made.settle()
    (mail,) = post_office.letters
    assert mail["To"] == "repairs@council.example"
    text = mail.get_content()
    assert answer.json()["answer_url"] in text
    assert "Let one visit be enough." in text
    assert "Change the rule" in text
    await app.aclose()


def test_a_day_ends_in_the_morning_and_a_week_on_monday() -> None:
    zone = ZoneInfo("Europe/Berlin")

    def ms(*when: int) -> int:
        return int(datetime(*when, tzinfo=zone).timestamp() * 1000)  # type: ignore[arg-type, misc]

    sunday = ms(2026, 3, 29, 7)  # the clocks went forward that night
    assert periods(ms(2026, 3, 29, 6, 55), ms(2026, 3, 29, 7, 5), zone) == [
        Period("at_once", ms(2026, 3, 29, 6, 55), ms(2026, 3, 29, 7, 5)),
        Period("daily", ms(2026, 3, 28, 7), sunday),
    ]
    assert sunday - ms(2026, 3, 28, 7) == 23 * HOUR
    assert [each.often for each in periods(ms(2026, 3, 30, 7), ms(2026, 3, 30, 7, 10), zone)] == ["at_once"]
    monday = periods(ms(2026, 3, 30, 6, 59), ms(2026, 3, 30, 7), zone)
    assert [each.often for each in monday] == ["at_once", "daily", "weekly"]
    assert monday[2].since == ms(2026, 3, 23, 7)
    assert datetime.fromtimestamp(monday[2].until / 1000, UTC).hour == 5
