"""Whatever is lost, doubled, late or cut off between chapters: once they have compared, all show the same topic.

`FOLKMOOT_TEST_TOPIC_SEEDS=200` tries more courses of events than the few of every run.
"""

import os
import random
from dataclasses import dataclass, field

import pytest

from server.actions.likes import like_post, unlike_post
from server.actions.posts import delete_post, edit_post, publish_post
from server.queries import posts
from server.rules.drafts import PostDraft
from server.rules.errors import CivicError
from server.rules.permissions import Principal
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.weather import Weather, repair, view_of
from tests.world import Site, World

SEEDS = int(os.environ.get("FOLKMOOT_TEST_TOPIC_SEEDS", "2"))
STEPS = 24
ACTS = ("raise", "say", "say", "say", "edit", "delete", "support", "support", "undo", "settle", "late", "cut", "mend")


@dataclass
class Course:
    """One course of events, as its seed wants it."""

    world: World
    weather: Weather
    chance: random.Random
    people: dict[str, Principal] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    async def step(self) -> None:
        act, site = self.chance.choice(ACTS), self.chance.choice(self.world.instances)
        self.log.append(f"{act} at {site.domain}")
        if act == "settle":
            await self.world.settle()
        elif act == "late":
            await self.weather.let_through()
        elif act == "cut":
            other = self.chance.choice([one for one in self.world.instances if one is not site])
            self.weather.cut.add(frozenset({site.domain, other.domain}))
        elif act == "mend":
            self.weather.cut.clear()
        else:
            try:
                await self.do(act, site, self.people[site.domain])
            except CivicError:
                self.log[-1] += " (refused)"
        self.world.clock.forward(60)

    async def do(self, act: str, site: Site, by: Principal) -> None:
        if act == "raise":
            await raise_proposal(site, by, f"Proposal {len(self.log)}")
            return
        seen = await view_of(site)
        proposals = [uri for uri in seen["posts"] if "/proposals/" in uri]
        comments = [uri for uri in seen["posts"] if "/proposals/" not in uri]
        own = [uri for uri in comments if uri.startswith(site.url)]
        with site.use():
            if act == "say" and seen["posts"]:
                parent = await id_of(self.chance.choice(sorted(seen["posts"])))
                await publish_post(by, PostDraft(source=f"Word {len(self.log)}", in_reply_to_id=parent))
            elif act == "edit" and own:
                await edit_post(by, await id_of(self.chance.choice(own)), PostDraft(source=f"Anew {len(self.log)}"))
            elif act == "delete" and own:
                await delete_post(by, await id_of(self.chance.choice(own)))
            elif act == "support" and proposals:
                await like_post(by, await id_of(self.chance.choice(proposals)))
            elif act == "undo" and proposals:
                await unlike_post(by, await id_of(self.chance.choice(proposals)))


async def id_of(uri: str) -> int:
    found = await posts.by_uri(uri)
    assert found is not None
    return found.id


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_all_chapters_show_the_same_topic_after_any_weather(three: World, seed: int) -> None:
    chance = random.Random(seed)
    course = Course(three, Weather(three, chance, lost=0.2, doubled=0.1, held=0.2), chance)
    for site in three.instances:
        course.people[site.domain] = await site.member("amina")
    oak = three.instances[0]
    await raise_proposal(oak, course.people[oak.domain], "The first")
    for _ in range(STEPS):
        await course.step()
    course.weather.clear()
    await three.settle()
    await course.weather.let_through()
    await three.settle()
    await repair(three)
    at_oak, at_ash, at_elm = [await view_of(site) for site in three.instances]
    assert at_oak["posts"], course.log
    assert at_oak == at_ash == at_elm, course.log
