"""Everyone writes, comments and supports, each with an app at their own server; the servers do the rest."""

import html
import time
from collections.abc import Callable, Mapping, Sequence

from server.cli.seed.app import App
from server.cli.seed.browser import Browser
from server.cli.seed.ground import Site
from server.cli.seed.proposals import DRAFT, FOLLOWS, HELD, PROPOSALS, Comment, Proposal
from server.cli.seed.telling import SendEarlier, Teller
from server.rules.errors import Refused

Say = Callable[[str], None]
PATIENCE = 30.0  # seconds without anything new arriving


class Garden:
    """The apps and browsers of all people, and where what they wrote has arrived."""

    def __init__(
        self, sites: Sequence[Site], tokens: Mapping[str, str], password: str, say: Say, send_earlier: SendEarlier
    ) -> None:
        self._sites = sites
        self._say = say
        self._send_earlier = send_earlier
        self._domains = {site.organisation.name: site.settings.domain for site in sites}
        self._apps = {who: App(self._domains[who.partition("@")[2]], token) for who, token in tokens.items()}
        self._browsers: dict[str, Browser] = {}
        self._password = password

    def plant(self) -> None:
        """All of it, in an order in which each finds what it answers. Doing it again changes nothing."""
        for site in self._sites:
            for person in site.organisation.people:
                self._apps[f"{person.name}@{site.organisation.name}"].describe(person.about)
        raised = {each.key: self._raise(each) for each in PROPOSALS}
        self._say(f"{len(raised)} proposals are raised")
        self._arrive(list(raised.values()), "proposals")
        said = [
            self._comment(each, raised[each.key], at, comment)
            for each in PROPOSALS
            for at, comment in enumerate(each.comments)
        ]
        for each in PROPOSALS:
            for who in each.support:
                self._apps[who].support(self._known(who, raised[each.key]))
            for who in each.boosts:
                self._apps[who].share(self._known(who, raised[each.key]))
        for who, whom in FOLLOWS:
            name, _, organisation = whom.partition("@")
            self._apps[who].follow(f"{name}@{self._domains[organisation]}")
        self._say(f"{len(said)} comments are written, and everyone has supported what they agree with")
        self._arrive(said, "comments")
        self._hold_back()
        Teller(self._apps, self._browser, raised, self._say, self._send_earlier).tell()

    def _browser(self, who: str) -> Browser:
        """Somebody at the pages of their server, signed in once."""
        if who not in self._browsers:
            name, _, organisation = who.partition("@")
            self._browsers[who] = Browser(self._domains[organisation])
            self._browsers[who].sign_in(name, self._password)
        return self._browsers[who]

    def _hold_back(self) -> None:
        """What not everybody sees: a draft, and a proposal that is held because it says who somebody is."""
        for each in (DRAFT, HELD):
            browser = self._browser(each.by)
            if each.title in html.unescape(browser.open("/proposals?order=new")):
                continue
            draft = browser.send("/proposals/new", {"title": each.title, "seen": each.seen}).removesuffix("/2")
            if each is HELD:
                browser.send(f"{draft}/2", {"rule": each.rule, "change": each.change, "topic": each.topic})
                browser.send(f"{draft}/raise", {})

    def _raise(self, each: Proposal) -> str:
        """Where the rule has a name by the civic API, which takes it; else by a post, as from any app."""
        if each.policy:
            return self._raise_about_a_rule(each)
        sections = {
            "What we see": each.seen,
            "Which rule": each.rule,
            "What should change": each.change,
            "Evidence": each.evidence,
        }
        parts = [f"{label}: {text}" for label, text in sections.items() if text]
        text = "\n\n".join([f"@{each.topic} #proposal\n{each.title}", *parts])
        return str(self._apps[each.by].post_status(text, key=f"demo-{each.key}")["uri"])

    def _raise_about_a_rule(self, each: Proposal) -> str:
        app = self._apps[each.by]
        body = {
            "title": each.title,
            "sections": {"seen": each.seen, "rule": each.rule, "change": each.change, "evidence": each.evidence},
            "topic_id": next(topic["id"] for topic in app.civic("GET", "topics") if topic["slug"] == each.topic),
            "language": "en",
            "policy_name": each.policy,
        }
        return str(app.civic("POST", "proposals", body, key=f"demo-{each.key}")["uri"])

    def _comment(self, each: Proposal, uri: str, at: int, comment: Comment) -> str:
        text = f"{comment.text} #{comment.stance}" if comment.stance else comment.text
        parent = self._known(comment.by, uri)
        written = self._apps[comment.by].post_status(text, key=f"demo-{each.key}-{at}", in_reply_to_id=parent)
        return str(written["uri"])

    def _known(self, who: str, uri: str) -> str:
        found = self._apps[who].find(uri)
        if found is None:
            raise Refused(f"{uri} has not arrived where {who} reads.")
        return found

    def _arrive(self, uris: Sequence[str], what: str) -> None:
        """Wait until all are known everywhere.

        Raises:
            Refused: nothing new has arrived for half a minute; says what is missing where.
        """
        readers = [self._apps[f"{site.organisation.people[0].name}@{site.organisation.name}"] for site in self._sites]
        missing = [(app, uri) for app in readers for uri in uris]
        end = time.monotonic() + PATIENCE
        while missing:
            before = len(missing)
            missing = [(app, uri) for app, uri in missing if app.find(uri) is None]
            if len(missing) < before:
                end = time.monotonic() + PATIENCE
                whole = len(uris) * len(readers)
                self._say(f"{what} have arrived: {whole - len(missing)} of {whole}")
            elif time.monotonic() > end:
                app, uri = missing[0]
                raise Refused(f"{len(missing)} {what} did not arrive; {uri} at {app.domain} is the first.")
            if missing:
                time.sleep(0.3)
