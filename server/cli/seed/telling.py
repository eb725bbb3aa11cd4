"""What becomes of the proposals: each person does their part with an app at their own server, as soon as what it
follows has arrived there."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from server.cli.seed.answered import ANSWERED
from server.cli.seed.app import App
from server.cli.seed.browser import Browser
from server.cli.seed.deeds import Deed
from server.cli.seed.waiting import WAITING
from server.rules.checks import OBJECT
from server.rules.contributions import kind_of
from server.rules.errors import Refused

Say = Callable[[str], None]
SendEarlier = Callable[[str, int, int], None]
PATIENCE = 60.0  # seconds without anything new arriving
STORIES: Final[Mapping[str, Sequence[Deed]]] = {**ANSWERED, **WAITING}


@dataclass
class Story:
    """One proposal, the deeds that are still to do, and where something was done that has not arrived everywhere:
    `said` are organisations whose people added something, `moved` the one that moved it on, to the step `led_to`;
    `voted` is how many take part in its check."""

    key: str
    uri: str
    deeds: list[Deed]
    said: set[str] = field(default_factory=set)
    moved: str = ""
    led_to: str = ""
    voted: int = 0
    made: dict[str, str] = field(default_factory=dict)

    def ready(self) -> bool:
        """Whether the next deed can be done now: whoever adds something knows how the proposal stands, and whoever
        moves it on also knows what was added."""
        here = _organisation(self.deeds[0].by)
        knows = self.moved in ("", here)
        return knows and (_only_adds(self.deeds[0]) or self.said <= {here})


@dataclass(frozen=True)
class Shown:
    """What one server shows of a proposal: how it stands, its steps, what was added. Votes are counted at home, and
    told elsewhere after a while."""

    stands: tuple[Any, ...]
    steps: list[str]
    added: list[tuple[str, str]]
    votes: int = field(compare=False)


class Teller:
    """Tells the stories of proposals that are known everywhere.

    Args:
        apps: one for each person, by `name@organisation`.
        browser: one of the same people at the pages of their server.
        raised: the addresses of the proposals by their keys.
        send_earlier: sends a proposal as if it had been this number of days ago: by whom, its id, the days.
    """

    def __init__(
        self,
        apps: Mapping[str, App],
        browser: Callable[[str], Browser],
        raised: Mapping[str, str],
        say: Say,
        send_earlier: SendEarlier,
    ) -> None:
        self._apps, self._browser, self._raised = apps, browser, raised
        self._say, self._send_earlier = say, send_earlier
        self._readers = list({_organisation(who): app for who, app in apps.items()}.values())
        self._ids: dict[tuple[str, str], str] = {}
        self._stories = [Story(key, raised[key], list(deeds)) for key, deeds in STORIES.items()]

    def tell(self) -> None:
        """All of it. What was told before is left as it is."""
        while open_ones := [story for story in self._stories if story.deeds]:
            for story in open_ones:
                while story.deeds and story.ready():
                    self._do(story, story.deeds.pop(0))
            self._wait(open_ones)
            left = sum(len(story.deeds) for story in open_ones)
            self._say(f"stories are told everywhere; {left} parts are to come" if left else "all stories are told")

    def _do(self, story: Story, deed: Deed) -> None:
        """Do it, unless its step stands in the timeline already."""
        app, here = self._apps[deed.by], _organisation(deed.by)
        known = self._known(app, story)
        steps = _steps(app.civic("GET", f"proposals/{known}"))
        if deed.leads_to in steps or (deed.do in ("vote", "object") and "check_closed" in steps):
            return
        if deed.do in ("vote", "object"):
            self._vote(app, story, deed, known)
        elif _only_adds(deed) or deed.do == "answer":
            self._add(app, story, deed, known)
        elif deed.do in ("check", "answer_objection", "close_check", "endorse"):
            self._decide_together(app, deed, known)
        else:
            self._move(app, story, deed, known)
        if _only_adds(deed):
            story.said.add(here)
        else:
            story.moved, story.led_to = here, deed.leads_to

    def _add(self, app: App, story: Story, deed: Deed, known: str) -> None:
        key = f"demo-{story.key}-{deed.by}-{deed.do}-{deed.name}"
        facts: dict[str, Any] = dict(deed.facts)
        if deed.do == "amendment":
            facts = {"sections": facts}
        body = {"kind": deed.do, "text": deed.text, "facts": facts, "language": "en"}
        made = app.civic("POST", f"proposals/{known}/contributions", body, key=key)
        story.made[deed.name] = str(made["uri"])

    def _vote(self, app: App, story: Story, deed: Deed, known: str) -> None:
        """From an app; who objects does so where the reason has a place. A second time changes nothing."""
        check = self._check(app, known)
        story.voted += 1
        if check["poll"]["voted"]:
            return
        if deed.do == "object":
            fields = {"choice": str(OBJECT), "reason": deed.text}
            self._browser(deed.by).send(f"/checks/{check['id']}/vote", fields)
        else:
            app.vote(check["poll"]["id"], int(deed.facts["choice"]))

    def _decide_together(self, app: App, deed: Deed, known: str) -> None:
        """What has its place on the page of the proposal alone."""
        browser, fields = self._browser(deed.by), dict(deed.facts)
        if deed.do == "check":
            browser.send(f"/proposals/{known}/checks", fields)
        elif deed.do == "close_check":
            browser.send(f"/checks/{self._check(app, known)['id']}/close", fields)
        elif deed.do == "endorse":
            organisation = app.account(f"{_organisation(deed.by)}@{app.domain}")
            fields |= {"organisation": organisation, "mandate": deed.text}
            browser.send(f"/proposals/{known}/endorse", fields)
        else:
            added = app.civic("GET", f"proposals/{known}")["contributions"]
            objection = next(each["id"] for each in added if each["type"] == "objection" and each["state"] == "open")
            browser.send(f"/objections/{objection}/answer", {f"answer-{objection}": deed.text})

    def _check(self, app: App, known: str) -> dict[str, Any]:
        check = app.check(known)
        if check is None:
            raise Refused(f"The check about {known} is not known at {app.domain}.")
        return check

    def _move(self, app: App, story: Story, deed: Deed, known: str) -> None:
        facts = dict(deed.facts)
        if deed.do == "ask":
            self._ask(app, deed, known)
        elif deed.do == "decide":
            uri = story.made[facts.pop("of")]
            app.civic("POST", f"contributions/{app.find(uri)}/decide", {**facts, "reason": deed.text})
        elif deed.do == "by_link":
            link = urlsplit(app.civic("POST", f"proposals/{known}/answer_link")["answer_url"])
            owner = Browser(link.netloc)
            owner.open(link.path)
            owner.send(link.path, {**facts, "question": deed.text})
        elif deed.do == "same":
            app.civic("PUT", f"proposals/{known}/same", {"uri": self._raised[facts["other"]]})
        elif deed.do == "send" and "days_ago" in facts:
            self._send_earlier(deed.by, int(known), int(facts["days_ago"]))
        elif deed.do == "send":
            app.civic("POST", f"proposals/{known}/send")
        else:
            app.civic("POST", f"proposals/{known}/acts/{deed.do}", {**facts, "reason": deed.text})

    def _ask(self, app: App, deed: Deed, known: str) -> None:
        """Say what is asked, unless it was sent before."""
        if "sent" in _steps(app.civic("GET", f"proposals/{known}")):
            return
        facts = dict(deed.facts)
        account = facts["account"]
        owner = app.civic(
            "POST",
            "owners",
            {
                "name": facts["owner"],
                "email": facts["email"],
                "account_id": self._account(app, account) if account else None,
            },
        )
        app.civic("PUT", f"proposals/{known}/ask", {"owner_id": owner["id"], "verb": facts["verb"], "text": deed.text})

    def _account(self, app: App, who: str) -> str:
        return app.account(f"{who.partition('@')[0]}@{self._apps[who].domain}")

    def _wait(self, stories: Sequence[Story]) -> None:
        """Until every organisation shows the same of them.

        Raises:
            Refused: nothing new has arrived for a minute; says which one differs.
        """
        missing = [story for story in stories if story.moved or story.said]
        end = time.monotonic() + PATIENCE
        before: dict[str, list[Shown]] = {}
        while missing:
            shown = {story.key: [self._shown(reader, story) for reader in self._readers] for story in missing}
            for story in missing:
                if self._settled(story, shown[story.key]):
                    story.moved, story.led_to, story.said = "", "", set()
            missing = [story for story in missing if story.moved or story.said]
            if shown != before:
                end, before = time.monotonic() + PATIENCE, shown
            elif time.monotonic() > end:
                raise Refused(f"{missing[0].uri} does not look the same everywhere: {shown[missing[0].key]}")
            if missing:
                time.sleep(0.3)

    def _settled(self, story: Story, shown: Sequence[Shown]) -> bool:
        """Whether all show the same: also the step, and the votes, that have to arrive at home first."""
        first = shown[0]
        counted = "check_closed" in first.steps or max(each.votes for each in shown) >= story.voted
        moved = not story.led_to or story.led_to in first.steps
        return counted and moved and all(each == first for each in shown)

    def _shown(self, reader: App, story: Story) -> Shown:
        """What everybody sees of a proposal where this reader is, as far as it can differ: no letters to them alone."""
        visitor, known = App(reader.domain, ""), self._known(reader, story)
        whole = visitor.civic("GET", f"proposals/{known}")
        check = visitor.check(known) if story.voted and "check_closed" not in _steps(whole) else None
        return Shown(
            (whole["state"], whole["version"], whole["outcome"], whole["answer_code"]),
            _steps(whole),
            sorted((each["uri"], each.get("state") or "") for each in whole["contributions"]),
            check["poll"]["votes_count"] if check else 0,
        )

    def _known(self, app: App, story: Story) -> str:
        """The id of a proposal at the server of an app."""
        if (app.domain, story.key) not in self._ids:
            known = app.find(story.uri)
            if known is None:
                raise Refused(f"{story.uri} has not arrived at {app.domain}.")
            self._ids[app.domain, story.key] = known
        return self._ids[app.domain, story.key]


def _steps(whole: dict[str, Any]) -> list[str]:
    return [step["kind"] for step in whole["timeline"]]


def _only_adds(deed: Deed) -> bool:
    """Whether it leaves the proposal where it stands."""
    return not deed.leads_to and (kind_of(deed.do) is not None or deed.do in ("comment", "vote", "object"))


def _organisation(who: str) -> str:
    return who.partition("@")[2]
