"""Somebody at the pages of a server, with a browser without scripts: they open a page, and send its form."""

import http.client
from dataclasses import dataclass, field
from urllib.parse import urlencode

from server.rules.errors import Refused

FORM = "application/x-www-form-urlencoded"


@dataclass
class Browser:
    """Its cookies, and the token that the forms of the page opened last carry. `domain` is host and port."""

    domain: str
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, name: str, password: str) -> None:
        self.open("/sign-in")
        self.send("/sign-in", {"email": name, "password": password})
        self.open("/help")

    def open(self, path: str) -> str:
        """The page at a path.

        Raises:
            Refused: there is none for this reader.
        """
        text, _ = self._ask("GET", path)
        self.token = text.partition('name="csrf" value="')[2].partition('"')[0] or self.token
        return text

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; where it leads to.

        Raises:
            Refused: something in it does not fit.
        """
        return self._ask("POST", path, {"csrf": self.token, **fields})[1]

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        line = http.client.HTTPConnection(self.domain, timeout=60)
        try:
            if fields is not None:
                headers["Content-Type"] = FORM
            line.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        if answer.status not in (200, 303):
            raise Refused(f"{self.domain} answered {answer.status} to {method} {path.partition('?')[0]}.")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return text, answer.headers.get("Location") or ""
