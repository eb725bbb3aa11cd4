"""Who may answer a post, as its author set it (GoToSocial's interaction policies).

Whoever is mentioned in a post may always answer it, and so may its author.
"""

from typing import Literal, get_args

ReplyPolicy = Literal["", "followers", "following", "either", "mentioned"]
REPLY_POLICIES: tuple[ReplyPolicy, ...] = get_args(ReplyPolicy)


def may_answer(policy: str, *, follows: bool, followed: bool, mentioned: bool) -> bool:
    """Whether somebody may answer.

    Args:
        policy: of the post; a word that is not known allows nobody but those mentioned.
        follows: they follow its author.
        followed: its author follows them.
        mentioned: the post names them.
    """
    if policy == "" or mentioned:
        return True
    return (follows and policy in ("followers", "either")) or (followed and policy in ("following", "either"))
