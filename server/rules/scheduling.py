"""Drafts that are published later: kept as JSON, and read again when their time has come."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from server.rules.drafts import KnownMention, PollDraft, PostDraft, ProposalDraft

Draft = PostDraft | ProposalDraft

EARLIEST_MS: Final = 300_000  # sooner is now: Mastodon's apps show this limit
MOST_WAITING: Final = 300


def packed(draft: Draft, now: int) -> dict[str, Any]:
    """A draft as values that JSON can hold. The end of a poll becomes the seconds it is open: `now` is when it would
    have begun (milliseconds). Only drafts from here can be packed."""
    assert draft.elsewhere is None
    facts = {**asdict(draft), "draft": "proposal" if isinstance(draft, ProposalDraft) else "post"}
    facts["idempotency_key"] = ""
    poll = facts.get("poll")
    if poll is not None:
        poll["seconds"] = None if poll["expires_at"] is None else round((poll["expires_at"] - now) / 1000)
    return facts


def unpacked(facts: Mapping[str, Any], now: int) -> Draft:
    """The draft as it was, with a poll that begins `now`."""
    values = {name: _in_tuples(value) for name, value in facts.items() if name not in ("draft", "poll", "mentions")}
    mentions = tuple(KnownMention(**mention) for mention in facts["mentions"])
    if facts["draft"] == "proposal":
        return ProposalDraft(**values, mentions=mentions)
    return replace(PostDraft(**values, mentions=mentions), poll=_poll(facts["poll"], now))


def _poll(facts: Mapping[str, Any] | None, now: int) -> PollDraft | None:
    if facts is None:
        return None
    seconds = facts["seconds"]
    return PollDraft(
        options=tuple(facts["options"]),
        multiple=facts["multiple"],
        expires_at=None if seconds is None else now + seconds * 1000,
        hide_totals=facts["hide_totals"],
    )


def _in_tuples(value: Any) -> Any:
    return tuple(_in_tuples(each) for each in value) if isinstance(value, list | tuple) else value
