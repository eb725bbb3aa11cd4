"""What the pages, the API and the commands ask of other servers, with errors that a person can act on."""

from dataclasses import dataclass

from federation.errors import ProtocolError, Unavailable
from server.actions import topics as topic_actions
from server.queries import accounts, topics
from server.remote import handles, objects
from server.remote.actors import fetch_actor
from server.remote.chapters import FoundChapter, find_chapter
from server.remote.gateway import Remote
from server.remote.media import fetch_picture
from server.remote.pinging import ping
from server.remote.policies import known_policies
from server.rules.drafts import KeyPairs, KnownMention
from server.rules.errors import CivicError, Invalid, Refused
from server.rules.permissions import Principal
from server.rules.sanitise import plain_text
from server.views.accounts import AccountView


@dataclass(frozen=True, slots=True)
class Elsewhere(Remote):
    """The gateway, with one method for each thing people ask for. Each has a budget of its own."""

    async def find_account(self, text: str) -> AccountView | None:
        """The account behind a handle or an address; None if there is none that can be had now."""
        try:
            return await handles.find_account(self.fresh(), text)
        except (ProtocolError, Unavailable):
            return None

    async def find_account_anew(self, text: str) -> AccountView | None:
        """The same, as its own server has it just now."""
        remote = self.fresh()
        try:
            known = await handles.find_account(remote, text)
            if known is None or known.local:
                return known
            return await accounts.by_id((await fetch_actor(remote, known.uri)).id)
        except (ProtocolError, Unavailable):
            return None

    async def find_post(self, url: str) -> int | None:
        """The id here of the post at an address elsewhere; None if there is none that can be had now."""
        try:
            return await objects.find_post(self.fresh(), url)
        except (ProtocolError, Unavailable):
            return None

    async def resolve_mentions(self, source: str) -> tuple[KnownMention, ...]:
        """Everyone a text mentions who can be found."""
        return await handles.resolve_mentions(self.fresh(), source)

    async def fetch_media(self, media_id: int) -> None:
        """Bring a picture from elsewhere here; one that cannot be had is marked so and not asked for again today."""
        await fetch_picture(self.fresh(), media_id)

    async def ping(self, host: str) -> str:
        """What a server runs, by its own word.

        Raises:
            Refused: it does not answer; says why.
        """
        try:
            return await ping(self.fresh(), host)
        except (ProtocolError, Unavailable) as error:
            raise Refused("This server does not answer: %(reason)s.", detail=host, reason=error.reason) from error

    async def find_policy(self, url: str) -> str:
        """The address of the policy at this address, here or elsewhere.

        Raises:
            Invalid: there is none that can be had now.
        """
        uri = url.strip()
        if await known_policies(self.fresh(), (uri,)):
            return uri
        raise Invalid("other", "We found no rule at this address. Copy the address of its page.", detail=uri)

    async def find_chapter(self, url: str) -> FoundChapter:
        """The topic of another organisation at an address.

        Raises:
            Invalid: there is none, or it cannot be reached; says which.
        """
        try:
            return await find_chapter(self.fresh(), url.strip())
        except ProtocolError as error:
            raise Invalid(
                "url", "We could not read a topic there: %(reason)s.", detail=url, reason=error.reason
            ) from error
        except Unavailable as error:
            raise Invalid(
                "url", "That server did not answer. Check the address, or try later.", error.reason
            ) from error

    async def link_topic(self, by: Principal, topic_account_id: int, url: str) -> str:
        """Ask the chapter at `url`, and every chapter in its roster, to exchange our topic; or agree to their wish.
        Returns the state of the link with the first."""
        found = await self.find_chapter(url)
        await topic_actions.adopt_genesis(by, topic_account_id, found.genesis, found.topic_id)
        state = await topic_actions.link_chapter(by, topic_account_id, found.account_id, their_topic_id=found.topic_id)
        for uri in found.roster:
            try:
                other = await self.find_chapter(uri)
                await topic_actions.link_chapter(by, topic_account_id, other.account_id, their_topic_id=other.topic_id)
            except CivicError:
                continue
        return state

    async def join_topic(self, by: Principal, slug: str, url: str, keys: KeyPairs) -> str:
        """As `link_topic`, by slug; our chapter is made if it is missing, as a part of the topic at `url`."""
        ours = await topics.by_slug(slug)
        if ours is None:
            found = await self.find_chapter(url)
            account_id = await topic_actions.create_topic(
                by,
                slug,
                plain_text(found.name) or slug,
                keys=keys,
                description=plain_text(found.summary_html),
                genesis=found.genesis,
            )
        else:
            account_id = ours.account.id
        return await self.link_topic(by, account_id, url)
