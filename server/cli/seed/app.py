"""An app like any other: it speaks Mastodon's API over HTTP. Enough to write, answer, support, share, follow; and the
civic API, for the life of a proposal."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from server.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class App:
    """One person's app at one server (`domain` is host and port); a visitor's without a token."""

    domain: str
    token: str

    def post_status(self, text: str, *, key: str, in_reply_to_id: str | None = None) -> dict[str, Any]:
        """Write; with a `key` that was used before, what was written then."""
        body = {"status": text, "language": "en", "in_reply_to_id": in_reply_to_id}
        written: dict[str, Any] = self._ask("POST", "/api/v1/statuses", body, key=key)
        return written

    def find(self, uri: str) -> str | None:
        """The id here of a post from anywhere, if it has arrived."""
        query = urlencode({"q": uri, "type": "statuses"})
        found: list[dict[str, Any]] = self._ask("GET", f"/api/v2/search?{query}")["statuses"]
        return str(found[0]["id"]) if found else None

    def support(self, status_id: str) -> None:
        self._ask("POST", f"/api/v1/statuses/{status_id}/favourite")

    def share(self, status_id: str) -> None:
        self._ask("POST", f"/api/v1/statuses/{status_id}/reblog")

    def account(self, handle: str) -> str:
        """The id here of somebody, by `name@domain`.

        Raises:
            Refused: there is no such account, as far as can be seen from here.
        """
        query = urlencode({"q": handle, "type": "accounts", "resolve": "true"})
        found = self._ask("GET", f"/api/v2/search?{query}")["accounts"]
        if not found:
            raise Refused(f"{handle} was not found from {self.domain}.")
        return str(found[0]["id"])

    def follow(self, handle: str) -> None:
        """Somebody elsewhere, by `name@domain`."""
        self._ask("POST", f"/api/v1/accounts/{self.account(handle)}/follow")

    def describe(self, about: str) -> None:
        """The words on one's own profile."""
        self._ask("PATCH", "/api/v1/accounts/update_credentials", {"note": about})

    def check(self, proposal_id: str) -> dict[str, Any] | None:
        """The newest post with a poll below a proposal: the check that is or was open."""
        below = self._ask("GET", f"/api/v1/statuses/{proposal_id}/context")["descendants"]
        return next((each for each in reversed(below) if each["poll"]), None)

    def vote(self, poll_id: str, choice: int) -> None:
        self._ask("POST", f"/api/v1/polls/{poll_id}/votes", {"choices": [choice]})

    def civic(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        """Read or do something under `/api/v1/civic/`. With a `key` that was used before nothing is added twice."""
        return self._ask(method, f"/api/v1/civic/{path}", body, key=key)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        line = http.client.HTTPConnection(self.domain, timeout=60)
        try:
            line.request(method, path, json.dumps(body or {}) if method != "GET" else None, headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        if answer.status != 200:
            raise Refused(
                f"{self.domain} answered {answer.status} to {method} {path}: {text[:200].decode(errors='replace')}"
            )
        return json.loads(text)


def is_up(domain: str) -> bool:
    """Whether a server answers yet."""
    line = http.client.HTTPConnection(domain, timeout=5)
    try:
        line.request("GET", "/api/v2/instance")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()
