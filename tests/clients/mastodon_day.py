"""A day with Mastodon.py. Run by its own interpreter: `python mastodon_day.py URL`. Asks for a code on standard output
and reads it from standard input, as a person would paste it."""

import struct
import sys
import time
import zlib
from typing import Any

from mastodon import Mastodon
from mastodon.errors import MastodonNotFoundError

URL = sys.argv[1]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = ["read", "write", "follow", "push"]
PROPOSAL = """@housing #proposal
Let key workers sign ID forms

What we see: People wait for weeks.
Which rule: Form 12.
What should change: Let key workers sign."""


def signed_in() -> Mastodon:
    client_id, secret = Mastodon.create_app("Day", scopes=SCOPES, redirect_uris=OUT_OF_BAND, api_base_url=URL)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=URL)
    say(client.auth_request_url(redirect_uris=OUT_OF_BAND, scopes=SCOPES, allow_http=True))
    client.log_in(code=sys.stdin.readline().strip(), redirect_uri=OUT_OF_BAND, scopes=SCOPES, allow_http=True)
    return client


def picture() -> bytes:
    """A red PNG of 80 by 60 pixels, made without any library."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = (b"\0" + b"\xc8\x20\x20" * 80) * 60
    header = struct.pack(">IIBBBBB", 80, 60, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def at_the_desk(rosa: Mastodon) -> None:
    """A proposal in a conversation, which nobody needs to know a label for."""
    heard = answered(rosa, "@proposals Clear the snow\nNobody gets in.", None)
    assert "Which rule, form or habit causes it?" in heard.content, heard.content
    heard = answered(rosa, "@proposals Winter contract", heard.id)
    assert "What should change?" in heard.content, heard.content
    heard = answered(rosa, "@proposals publish", heard.id)
    assert "It is raised" in heard.content, heard.content
    assert "Clear the snow" in [each.card.title for each in rosa.timeline_hashtag("proposal")]
    desk = heard.account
    assert (desk.acct, desk.bot, heard.visibility) == ("proposals", True, "direct")


def answered(client: Mastodon, text: str, reply_to: str | None) -> Any:
    """The desk's answer to a message."""
    sent = client.status_post(text, visibility="direct", in_reply_to_id=reply_to)
    for _ in range(100):
        below = client.status_context(sent.id).descendants
        if below:
            return below[0]
        time.sleep(0.1)
    raise AssertionError("no answer")


def main() -> None:
    rosa, tom = signed_in(), signed_in()
    assert rosa.retrieve_mastodon_version() == "4.2.0", rosa.retrieve_mastodon_version()
    assert rosa.instance().title
    me, him = rosa.account_verify_credentials(), tom.account_verify_credentials()
    assert (me.acct, him.acct) == ("rosa", "tom")

    housing = rosa.account_lookup("housing")
    assert housing.group
    rosa.account_follow(housing.id)
    assert rosa.account_relationships([housing.id])[0].following
    assert [each.title for each in rosa.lists()] == ["Topic: Housing"]

    proposal = tom.status_post(PROPOSAL, visibility="public", idempotency_key="one")
    assert tom.status_post(PROPOSAL, visibility="public", idempotency_key="one").id == proposal.id
    assert proposal.card.title == "Let key workers sign ID forms"
    assert tom.status_source(proposal.id).text == PROPOSAL
    assert rosa.status_favourite(proposal.id).favourited
    assert rosa.status_bookmark(proposal.id).bookmarked
    assert rosa.status_reblog(proposal.id).reblog.id == proposal.id
    comment = rosa.status_reply(proposal, "#experience I waited for two months")
    assert [each.id for each in tom.status_context(proposal.id).descendants] == [comment.id]
    tom.status_update(proposal.id, PROPOSAL.replace("weeks", "months"))
    assert len(tom.status_history(proposal.id)) == 2
    assert rosa.status(proposal.id).edited_at is not None

    media = rosa.media_post(picture(), mime_type="image/png", description="Red", focus=(0.0, 0.5))
    pictured = rosa.status_post("", media_ids=[media])
    assert pictured.media_attachments[0].description == "Red"
    poll = tom.status_post("Choose", poll=tom.make_poll(["one", "two"], 3600, multiple=True))
    assert rosa.poll_vote(poll.poll.id, [0, 1]).own_votes == [0, 1]

    assert len(rosa.timeline_home()) >= 3
    assert proposal.id in [each.id for each in rosa.timeline_public()]
    assert proposal.id in [each.id for each in rosa.timeline_hashtag("proposal")]
    assert proposal.id in [each.id for each in rosa.bookmarks()]
    assert proposal.id in [each.id for each in rosa.favourites()]
    pages = tom.timeline_public(limit=1)
    assert tom.fetch_next(pages)[0].id != pages[0].id
    assert [each.acct for each in rosa.search_v2("tom").accounts] == ["tom"]
    assert rosa.preferences()["posting:default:visibility"] == "public"
    for nothing in (rosa.mutes, rosa.blocks, rosa.filters, rosa.follow_requests, rosa.suggestions, rosa.announcements):
        assert list(nothing()) == []

    for _ in range(100):
        kinds = {each.type for each in tom.notifications()}
        if {"favourite", "reblog", "mention"} <= kinds:
            break
        time.sleep(0.1)
    else:
        raise AssertionError(kinds)

    at_the_desk(rosa)
    gone = rosa.status_delete(pictured.id)
    assert gone.id == pictured.id
    try:
        rosa.status(pictured.id)
    except MastodonNotFoundError:
        pass
    else:
        raise AssertionError("it is still there")
    rosa.revoke_access_token(allow_http=True)
    say("done")


main()
