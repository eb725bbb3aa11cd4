"""The conversation below a record: a tree, three levels deep, then a link."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.views.posts import PostView

DEPTH = 3


@dataclass(frozen=True, slots=True)
class Branch:
    """A post and its answers. `more` counts those that lie too deep to be shown here."""

    post: PostView
    answers: tuple["Branch", ...]
    more: int


def tree(posts: Iterable[PostView], root_id: int, stance: str = "", depth: int = DEPTH) -> tuple[Branch, ...]:
    """Answers to `root_id` as branches. A post whose parent is not among them counts as an answer to the root.

    Args:
        stance: show only these, each by itself.
    """
    every = list(posts)
    if stance:
        return tuple(Branch(post, (), 0) for post in every if post.stance == stance and not post.gone)
    known = {post.id for post in every}
    below: dict[int, list[PostView]] = {}
    for post in every:
        parent = post.in_reply_to_id
        below.setdefault(parent if parent is not None and parent in known else root_id, []).append(post)
    return _branches(below, root_id, depth)


def by_stance(posts: Iterable[PostView]) -> dict[str, int]:
    """How many comments of each kind there are."""
    counts = dict.fromkeys(("for", "against", "question", "experience"), 0)
    for post in posts:
        if post.stance in counts and not post.gone:
            counts[post.stance] += 1
    return counts


def _branches(below: dict[int, list[PostView]], parent: int, depth: int) -> tuple[Branch, ...]:
    made = []
    for post in below.get(parent, []):
        if depth > 1:
            branch = Branch(post, _branches(below, post.id, depth - 1), 0)
        else:
            branch = Branch(post, (), _count(below, post.id))
        if not post.gone or branch.answers or branch.more or post.gone == "removed":
            made.append(branch)
    return tuple(made)


def _count(below: dict[int, list[PostView]], parent: int) -> int:
    waiting, count = [parent], 0
    while waiting:
        answers = below.get(waiting.pop(), [])
        count += len(answers)
        waiting.extend(post.id for post in answers)
    return count
