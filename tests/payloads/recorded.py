"""What other servers send, written here from their documentation, with the status that it becomes.

`SERVER/NAME.json` is the payload, `SERVER/NAME.status.json` beside it what our API then says, as far as it is the
payload's doing. `OURS` in a payload stands for the id of a post of ours.
"""

import json
from pathlib import Path
from typing import Any

from federation.values import loads

Json = dict[str, Any]

FOLDER = Path(__file__).parent
STATUS = ".status.json"
EVERY = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json") if not path.name.endswith(STATUS)
)
SHOWN = [name for name in EVERY if (FOLDER / name).with_suffix(STATUS).exists()]


def payload(name: str, ours: str = "https://oak.example/posts/9") -> Json:
    """A payload as it comes over the wire; `ours` is the id of the post that it is about."""
    return loads((FOLDER / name).read_bytes().replace(b'"OURS"', json.dumps(ours).encode()))


def becomes(name: str) -> Json:
    """What the API says of the status that this payload becomes."""
    document: Json = json.loads((FOLDER / name).with_suffix(STATUS).read_text("utf-8"))
    return document


def told(status: Json) -> Json:
    """The part of a status that its payload decides, in a form that two runs have in common."""
    poll = status["poll"]
    return {
        **{
            key: status[key] for key in ("uri", "url", "content", "spoiler_text", "sensitive", "visibility", "language")
        },
        "mentions": [one["acct"] for one in status["mentions"]],
        "tags": [one["name"] for one in status["tags"]],
        "media": [
            {key: one[key] for key in ("type", "remote_url", "description", "blurhash", "meta")}
            for one in status["media_attachments"]
        ],
        "poll": poll
        and {
            **{key: poll[key] for key in ("multiple", "expires_at", "votes_count", "voters_count")},
            "options": [[option["title"], option["votes_count"]] for option in poll["options"]],
        },
    }
