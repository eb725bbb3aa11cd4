"""Filters for the outside, and what they match."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from server.render.accounts import maybe_stamp
from server.render.posts import Rendered
from server.views.filters import FilterStatusView, FilterView, KeywordView

# --- Mastodon's API: Filter, FilterKeyword, FilterStatus, FilterResult, V1::Filter ---

_BREAK: Final = re.compile(r"<br[^>]*>|</p>|</li>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")


def as_filter(view: FilterView) -> dict[str, Any]:
    """A Filter with everything in it."""
    return {
        **as_filter_alone(view),
        "keywords": [as_keyword(keyword) for keyword in view.keywords],
        "statuses": [as_filter_status(entry) for entry in view.statuses],
    }


def as_filter_alone(view: FilterView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "title": view.title,
        "context": list(view.contexts),
        "expires_at": maybe_stamp(view.expires_at),
        "filter_action": view.action,
    }


def as_keyword(view: KeywordView) -> dict[str, Any]:
    return {"id": str(view.id), "keyword": view.keyword, "whole_word": view.whole_word}


def as_filter_status(view: FilterStatusView) -> dict[str, Any]:
    return {"id": str(view.id), "status_id": str(view.post_id)}


def as_v1_filter(view: FilterView, keyword: KeywordView) -> dict[str, Any]:
    """One keyword, as apps know it that were written before filters had several."""
    return {
        "id": str(keyword.id),
        "phrase": keyword.keyword,
        "context": list(view.contexts),
        "whole_word": keyword.whole_word,
        "expires_at": maybe_stamp(view.expires_at),
        "irreversible": view.action == "hide",
    }


def as_result(view: FilterView, keywords: list[str], post_ids: list[str]) -> dict[str, Any]:
    """What of a filter matched; the Filter without all it holds, for it would come with each status."""
    return {
        "filter": as_filter_alone(view),
        "keyword_matches": keywords or None,
        "status_matches": post_ids or None,
    }


def matching(
    filters: Iterable[FilterView], post_id: int, words: str, now: datetime
) -> list[tuple[FilterView, dict[str, Any]]]:
    """The filters that match a post with these words, each with its FilterResult. Those that are over match nothing."""
    found = []
    for view in filters:
        if view.expires_at is not None and view.expires_at <= now:
            continue
        keywords = [each.keyword for each in view.keywords if pattern(each.keyword, each.whole_word).search(words)]
        post_ids = [str(each.post_id) for each in view.statuses if each.post_id == post_id]
        if keywords or post_ids:
            found.append((view, as_result(view, keywords, post_ids)))
    return found


def results(found: Iterable[FilterView], post_id: int, words: str, context: str) -> list[dict[str, Any]] | None:
    """The FilterResults of a post, or None where it is to be left out. An app looks at the contexts of a filter that
    only warns."""
    matched = matching(found, post_id, words, datetime.now(UTC))
    if any(view.hides_in(context) for view, _ in matched):
        return None
    return [result for _, result in matched]


def sifted(found: Sequence[FilterView], reader_id: int, status: dict[str, Any], context: str) -> bool:
    """Put the FilterResults into a Status; False if it is to be left out. Nobody's own words are filtered."""
    inner: Mapping[str, Any] = status["reblog"] or status
    if not found or inner["account"]["id"] == str(reader_id):
        return True
    matched = results(found, int(inner["id"]), words_of(inner), context)
    status["filtered"] = matched or []
    return matched is not None


@lru_cache(maxsize=4096)
def pattern(keyword: str, whole_word: bool) -> re.Pattern[str]:
    """Where a keyword stands in a text, whatever its case. The ends of a whole word count only where the keyword begins
    or ends with a letter or digit: `#tag` is found after a blank."""
    text = re.escape(keyword)
    if whole_word:
        before = r"\b" if re.match(r"\w", keyword) else ""
        after = r"\b" if re.search(r"\w\Z", keyword) else ""
        text = f"{before}{text}{after}"
    return re.compile(text, re.IGNORECASE)


@lru_cache(maxsize=1024)
def words_in(piece: Rendered) -> str:
    """The words of a status that was rendered before."""
    poll = orjson.loads(piece.poll + b"}") if piece.poll else None
    return words_of({**orjson.loads(piece.head + b"}"), "poll": poll})


def words_of(status: Mapping[str, Any]) -> str:
    """Everything a reader would read in a Status: warning, text, descriptions of pictures, options of its poll."""
    poll = status.get("poll") or {}
    return "\n".join(
        [
            status["spoiler_text"],
            html.unescape(_TAG.sub("", _BREAK.sub("\n", status["content"]))),
            *(media["description"] or "" for media in status["media_attachments"]),
            *(option["title"] for option in poll.get("options", ())),
        ]
    )
