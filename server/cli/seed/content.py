"""The demo's organisations, people and topics. None of them exist."""

from dataclasses import dataclass
from typing import Final

from server.rules.accounts import Role


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    display_name: str
    about: str
    role: Role = "member"


@dataclass(frozen=True, slots=True)
class Organisation:
    """`name` is the last part of its address and the name of its data folder. Its first person is its admin."""

    name: str
    title: str
    description: str
    accent: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    name: str
    description: str


ORGANISATIONS: Final = (
    Organisation(
        "hearthline",
        "Hearthline Housing Advice",
        "Free advice for anyone whose home is unsafe, unhealthy or at risk. We write down where rules get in the way.",
        "madder",
        (
            Person("amina", "Amina Yusuf", "Casework adviser. Damp, disrepair and everything behind it.", "admin"),
            Person("ruth", "Ruth Calder", "I run the Tuesday drop-in and fill in a great many forms.", "steward"),
            Person("sol", "Sol Barrett", "Outreach worker in the villages, mostly by bus."),
        ),
    ),
    Organisation(
        "canalrow",
        "Canal Row Tenants’ Group",
        "Two hundred and twelve flats, one boiler house, and the people who live there.",
        "indigo",
        (
            Person("denise", "Denise Okafor", "Chair of the group. Flat 40, since 1998.", "admin"),
            Person("marek", "Marek Nowak", "Night shifts at the depot. I keep the repairs list."),
            Person("gwen", "Gwen Pritchard", "Retired nurse. I sit with people who have letters to answer."),
        ),
    ),
    Organisation(
        "merebridge",
        "Merebridge Council",
        "Housing, repairs and customer services of Merebridge. Here the people who do the work speak for themselves.",
        "pine",
        (
            Person("priya", "Priya Raman", "Housing policy officer. I own the repairs policy.", "admin"),
            Person("colin", "Colin Ashby", "Surveyor in the repairs team.", "steward"),
            Person("leah", "Leah Strand", "Customer services, front desk and phones."),
        ),
    ),
)

TOPICS: Final = (
    Topic(
        "damp-mould-repairs",
        "Damp, mould and repairs",
        "From the first report to a dry wall: what delays it, and which rule is behind the delay.",
    ),
    Topic(
        "getting-to-appointments",
        "Getting to appointments",
        "Times, places, buses, reminders, and what happens when somebody cannot come.",
    ),
    Topic(
        "forms-and-proof",
        "Forms and proof of address",
        "Who is asked for what, how often, and who cannot give it.",
    ),
)
