"""Who may see a post. The one rule; `queries/visibility.py` says the same in SQL and a test compares the two.

Names are Mastodon's: `public`, `unlisted` (not in public lists), `private` (followers), `direct` (those mentioned).
"""

from dataclasses import dataclass
from typing import Literal

Visibility = Literal["public", "unlisted", "private", "direct"]
VISIBILITIES: tuple[Visibility, ...] = ("public", "unlisted", "private", "direct")
WORDS: dict[Visibility, str] = {
    "public": "Everyone, on this site and beyond",
    "unlisted": "Everyone who has the link",
    "private": "People who follow you",
    "direct": "Only the people you mention",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer stands to a post's author. A visitor without an account has every answer False."""

    is_author: bool = False
    follows_author: bool = False
    is_mentioned: bool = False
    blocked_by_author: bool = False
    is_steward: bool = False


def may_see(
    visibility: Visibility,
    standing: Standing,
    *,
    gone: bool = False,
    held: bool = False,
    author_suspended: bool = False,
) -> bool:
    """True if a viewer with this standing may see a post of this visibility.

    Args:
        gone: deleted, or removed by a steward.
        held: a steward reads it first: its author and stewards see it, and nobody else, whoever it is for.
        author_suspended: nobody sees the posts of a suspended account, or of one whose domain is blocked.
    """
    if gone or author_suspended:
        return False
    if standing.is_author:
        return True
    if held:
        return standing.is_steward
    if standing.blocked_by_author:
        return False
    if visibility in ("public", "unlisted"):
        return True
    if standing.is_mentioned:
        return True
    return visibility == "private" and standing.follows_author


def may_find(visibility: Visibility, standing: Standing, *, held: bool = False, author_limited: bool = False) -> bool:
    """True if lists for everybody (public and topic lists, tags, search) show this viewer a post that they may see.

    Args:
        held: stewards find what is held in their queue alone; its author sees it in its place.
        author_limited: posts of a limited account are found by those who follow it, and by link.
    """
    if standing.is_author:
        return visibility == "public"
    return visibility == "public" and not held and (not author_limited or standing.follows_author)
