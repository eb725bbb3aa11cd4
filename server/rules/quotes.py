"""Quotes (FEP-044f): who may quote a post, and how a quote stands."""

from typing import Literal

# `pending`: its author has not agreed, as far as we know. `aside`: found while something else was fetched, so that
# nobody looks further. The others are Mastodon's words.
QuoteState = Literal["", "pending", "aside", "accepted", "revoked"]


def may_quote(visibility: str, *, held: bool = False) -> bool:
    """What everybody may read, everybody may quote; it is asked for and granted at once. Blocks are asked before."""
    return visibility in ("public", "unlisted") and not held
