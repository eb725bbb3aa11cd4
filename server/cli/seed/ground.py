"""What stands before anybody writes: organisations, people, topics, and the links between the topics."""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from server.actions import instance as instance_actions
from server.actions import members as member_actions
from server.actions.asks import note_delay, send_proposal
from server.actions.topics import create_topic
from server.app import Instance, new_keys
from server.cli.at_work import opened
from server.cli.seed.content import ORGANISATIONS, TOPICS, Organisation
from server.cli.tokens import issue
from server.config import Settings
from server.http.passwords import hash_password
from server.queries import asks, instance, members, topics
from server.rules.ids import now_ms
from server.rules.permissions import CLOCK, OPERATOR
from server.storage.migrating import migrate

SCOPES = "read write follow"
LINK_SECONDS = 60.0
DAY = 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Site:
    """One organisation of the demo and the settings of its server."""

    organisation: Organisation
    settings: Settings


async def lay(sites: Sequence[Site], password: str) -> None:
    """Give each server its organisation and people, and the first one the topics. What is there already stays."""
    hashed = await hash_password(password)
    await _same_tables([site.settings for site in sites])
    for site in sites:
        async with opened(site.settings):
            await _set_up(site.organisation)
            for person in site.organisation.people:
                if await members.by_name(person.name) is None:
                    await member_actions.create_member(
                        OPERATOR,
                        person.name,
                        keys=await new_keys(),
                        password_hash=hashed,
                        role=person.role,
                        display_name=person.display_name,
                    )
            if site is sites[0]:
                for topic in TOPICS:
                    if await topics.by_slug(topic.slug) is None:
                        await create_topic(
                            OPERATOR, topic.slug, topic.name, description=topic.description, keys=await new_keys()
                        )


async def _same_tables(settings: Sequence[Settings]) -> None:
    """Migrations take seconds: they are done once, and the other databases begin as a copy of the empty one."""
    first, *others = settings
    if first.sqlite_path.exists():
        return
    first.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(first.database_url, data_dir=first.data_dir)
    for each in others:
        each.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = each.data_dir / "copy"
        shutil.copyfile(first.sqlite_path, copy)
        copy.replace(each.sqlite_path)


async def _set_up(organisation: Organisation) -> None:
    if await instance.setting("organisation_id"):
        return
    await instance_actions.set_up(
        OPERATOR,
        title=organisation.title,
        name=organisation.name,
        description=organisation.description,
        keys=await new_keys(),
    )
    await instance_actions.change(
        OPERATOR,
        accent=organisation.accent,
        time_zone="Europe/London",
        rules=["Write about the rule, not about a person.", "Leave out names and addresses of those you help."],
    )


async def link(sites: Sequence[Site]) -> bool:
    """Share every topic among all of them, as `topic link` does on each. Whether all links stand within a minute."""
    async with AsyncExitStack() as stack:
        instances: list[Instance] = []
        for site in sites:
            made = await Instance.open(site.settings)
            stack.push_async_callback(made.close)
            instances.append(made)
        first, *others = instances
        for ours, theirs in [(other, first) for other in others] + [
            (ours, theirs) for ours in instances for theirs in instances if ours is not theirs
        ]:
            for topic in TOPICS:
                url = f"{theirs.settings.base_url}/topics/{topic.slug}"
                with ours.database.use():
                    known = await topics.by_slug(topic.slug)
                    if known is None:
                        await ours.elsewhere.join_topic(OPERATOR, topic.slug, url, await new_keys())
                    else:
                        await ours.elsewhere.link_topic(OPERATOR, known.account.id, url)
        end = asyncio.get_running_loop().time() + LINK_SECONDS
        while not all([await _linked(each, len(sites) - 1) for each in instances]):
            if asyncio.get_running_loop().time() > end:
                return False
            await asyncio.sleep(0.25)
    return True


async def _linked(here: Instance, others: int) -> bool:
    with here.database.use():
        found = await topics.all_topics()
    states = [chapter.state for topic in found for chapter in topic.chapters]
    return states.count("linked") >= others * len(TOPICS)


async def tokens(sites: Sequence[Site]) -> dict[str, str]:
    """A token for everyone, by `name@organisation`."""
    made: dict[str, str] = {}
    for site in sites:
        async with opened(site.settings):
            for person in site.organisation.people:
                made[f"{person.name}@{site.organisation.name}"] = await issue(person.name, SCOPES)
    return made


async def send_earlier(sites: Sequence[Site], who: str, proposal_id: int, days: int) -> None:
    """Enter that somebody sent a proposal this number of days ago, and what the calendar says about it since."""
    name, _, organisation = who.partition("@")
    site = next(site for site in sites if site.organisation.name == organisation)
    async with opened(site.settings):
        member = await members.by_name(name)
        assert member is not None
        await send_proposal(members.principal(member), proposal_id, sent_at=now_ms() - days * DAY)
        for waiting in await asks.awaited():
            if waiting.proposal_id == proposal_id:
                await note_delay(CLOCK, proposal_id, waiting.clock.state)


async def login_links(sites: Sequence[Site]) -> list[str]:
    """For each organisation a link that signs its first person in, once."""
    made = []
    for site in sites:
        async with opened(site.settings):
            token = await member_actions.create_login_link(OPERATOR, site.organisation.people[0].name)
            made.append(f"{site.settings.base_url}/sign-in/link/{token}")
    return made


def sites_of(settings: Sequence[Settings]) -> list[Site]:
    """The organisations of the demo, each with the settings in its place."""
    return [Site(organisation, each) for organisation, each in zip(ORGANISATIONS, settings, strict=True)]
