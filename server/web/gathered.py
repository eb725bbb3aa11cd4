"""What people added to a proposal, gathered by kind for its page."""

from typing import Any

from server.queries import posts
from server.render.versions import Piece, compare
from server.rules.contributions import SO, ContributionKind
from server.views.posts import PostView
from server.web.comments import Branch

BY_FORM: tuple[ContributionKind, ...] = (
    *("corroboration", "evidence", "trial", "amendment", "supplement", "action", "check_in"),
)


def groups(branches: tuple[Branch, ...]) -> tuple[tuple[Branch, ...], dict[str, list[Branch]]]:
    """The conversation, and apart from it what has a place of its own on the page, by kind."""
    talk: list[Branch] = []
    apart: dict[str, list[Branch]] = {kind: [] for kind in (*BY_FORM, "answer")}
    for branch in branches:
        own = branch.post.contribution
        if own is None or own.kind not in apart:
            talk.append(branch)
        else:
            apart[own.kind].append(branch)
    return tuple(talk), apart


def differences(amendments: list[Branch], proposal: PostView, versions: dict[int, dict[str, str]]) -> dict[int, Any]:
    """By amendment, what it changes word by word in each part of the version it was made for."""
    found: dict[int, dict[str, tuple[Piece, ...]]] = {}
    for branch in amendments:
        own = branch.post.contribution
        if own is None:
            continue
        sections = own.facts.get("sections") or {}
        before = versions.get(int(own.facts.get("version") or 0)) or wording(proposal)
        found[branch.post.id] = {key: compare(before.get(key, ""), text) for key, text in sections.items()}
    return found


async def wordings_of(post: PostView) -> dict[int, dict[str, str]]:
    """Title and parts of each version of a proposal, by number."""
    return {
        version.version: {"title": version.title, **{key: source for key, source, _ in version.sections}}
        for version in await posts.versions_of(post)
    }


def wording(post: PostView) -> dict[str, str]:
    """Title and parts of a proposal, as typed."""
    sections = post.proposal.sections if post.proposal else ()
    return {"title": post.title, **{section.key: section.source for section in sections}}


def check_ins(branches: list[Branch]) -> dict[str, dict[str, int]]:
    """By place, how many say it is so where they are: yes, partly, no, or that they do not know. Each person counts
    once, with what they said last; the place "" is that of those who named none."""
    newest = {branch.post.account.id: branch.post for branch in branches if not branch.post.gone}
    counted: dict[str, dict[str, int]] = {}
    spelling: dict[str, str] = {}
    for post in newest.values():
        facts = post.contribution.facts if post.contribution else {}
        place, so = str(facts.get("place", "")), facts.get("so")
        if so in SO:
            shown = spelling.setdefault(place.casefold(), place)
            counted.setdefault(shown, dict.fromkeys(SO, 0))[so] += 1
    return counted
