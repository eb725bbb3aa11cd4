"""What the demo’s people raise, and what the others say to it. Nobody has said it; it happens all the same."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Comment:
    """`stance` is the hashtag that says it: for, against, question, experience; empty for neither."""

    by: str
    text: str
    stance: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """People are named `name@organisation`. `key` stays the same, so that nothing is raised twice. `policy` is the name
    of the rule, where somebody knows it: the rule then has a page of its own."""

    key: str
    by: str
    topic: str
    title: str
    seen: str
    rule: str
    change: str
    evidence: str = ""
    comments: tuple[Comment, ...] = ()
    support: tuple[str, ...] = ()
    boosts: tuple[str, ...] = ()
    policy: str = ""


PROPOSALS: Final = (
    Proposal(
        "damp-twice",
        "amina@hearthline",
        "damp-mould-repairs",
        "Damp has to be proven twice before anyone treats it",
        "A surveyor confirms the damp. Then a second visit by another team is booked to confirm it again, on average"
        " **28 days** later. Children sleep in the room all that time. Last quarter this was so in 31 of our 44 cases.",
        "Repairs contract, schedule 4, line 12: “Works over £250 need two inspections.” A mould wash costs about £260.",
        "Let one inspection be enough for damp and mould, whatever the work costs.",
        "Our case list for July to September, without names. 31 of 44 had two visits with the same finding.",
        (
            Comment(
                "denise@canalrow",
                "Flat 12 had two visits, five weeks apart. Both men wrote down the same thing. The boy was in hospital"
                " in between.",
                "experience",
            ),
            Comment(
                "colin@merebridge",
                "I am the second visit. In two years I have not once come to another finding than the first surveyor.",
                "for",
            ),
            Comment(
                "priya@merebridge",
                "Does the limit matter for other repairs, or could we lift it for damp and mould alone?",
                "question",
            ),
        ),
        ("denise@canalrow", "marek@canalrow", "gwen@canalrow", "colin@merebridge", "ruth@hearthline"),
        ("colin@merebridge", "denise@canalrow"),
        policy="Repairs contract, schedule 4",
    ),
    Proposal(
        "repair-day",
        "denise@canalrow",
        "damp-mould-repairs",
        "Tell us the day of the repair, not the week",
        "The letter says “week beginning”. People take a whole week off, or miss the visit. In May, nine of our twenty"
        " visits found nobody at home, and each was booked again a month later.",
        "The contractor’s own planning rule. We were told the contract lets them name a week.",
        "Name the day two days before, by text message, and the half of the day on the morning.",
        comments=(
            Comment(
                "colin@merebridge",
                "We know the day from Thursday on. Nobody has ever asked us to pass it on.",
                "experience",
            ),
            Comment(
                "sol@hearthline",
                "Please also by phone call for those without a mobile. In the villages that is about one in five.",
                "for",
            ),
        ),
        support=("amina@hearthline", "sol@hearthline", "leah@merebridge", "marek@canalrow"),
        boosts=("sol@hearthline",),
    ),
    Proposal(
        "mould-wash",
        "colin@merebridge",
        "damp-mould-repairs",
        "Surveyors cannot order a mould wash on the spot",
        "I stand in front of the mould with the tablet in my hand. I can order a new door. For a mould wash I must send"
        " a request to the office, where it waits for the Wednesday meeting.",
        "Repairs policy 3.2: “treatments” are planned work, and planned work is approved weekly.",
        "Count mould washes as urgent repairs, so that the surveyor orders them at the visit.",
        "Since April: 118 requests, 118 approved, eleven days of waiting on average.",
        (
            Comment(
                "amina@hearthline",
                "All 118 approved. Then what is the meeting for? We would gladly say so in public with you.",
                "for",
            ),
            Comment(
                "marek@canalrow",
                "A wash without finding out why it is wet brings the mould back by spring. Please not instead of the"
                " repair.",
                "against",
            ),
        ),
        ("amina@hearthline", "ruth@hearthline", "denise@canalrow", "priya@merebridge"),
        policy="Repairs policy 3.2: planned works",
    ),
    Proposal(
        "first-bus",
        "sol@hearthline",
        "getting-to-appointments",
        "Nine o’clock appointments that the first bus cannot reach",
        "The first bus from Ashcombe is in town at 9:40. People are given appointments at 9:00, come late, and are"
        " marked as not having come. Two missed ones stop their payments.",
        "The booking system fills the day from 9:00 on. Nobody can say for a person: not before ten.",
        "Let the desk note the earliest time a person can be there, and let the system keep to it.",
        comments=(
            Comment(
                "leah@merebridge",
                "There is a field for “access needs”. I have begun to write the bus into it. The system does not read"
                " it.",
                "experience",
            ),
            Comment("gwen@canalrow", "The same with dialysis days. They are known months ahead.", "experience"),
        ),
        support=("leah@merebridge", "gwen@canalrow", "marek@canalrow", "amina@hearthline"),
        boosts=("leah@merebridge",),
    ),
    Proposal(
        "missed-visit",
        "marek@canalrow",
        "getting-to-appointments",
        "A missed appointment should not close the case",
        "I sleep by day. They rang once at 11:00, nobody opened, and the case was closed. A new case starts at the end"
        " of the line: for me that was seven more weeks with a wet wall.",
        "Not sure. The letter only says “closed: no access”.",
        "Keep the case and its place in the line after one missed visit, and ask for a time that works.",
        comments=(
            Comment(
                "colin@merebridge",
                "It is in our performance figures: a closed case counts as done on time, an open one as late.",
                "experience",
            ),
            Comment(
                "priya@merebridge", "How many closed cases come back within three months? I will look.", "question"
            ),
        ),
        support=("amina@hearthline", "sol@hearthline", "colin@merebridge", "denise@canalrow"),
    ),
    Proposal(
        "reminders",
        "leah@merebridge",
        "getting-to-appointments",
        "Text reminders stop when a case changes teams",
        "People who are passed from the front desk to housing get no reminder any more, and do not know that. Then they"
        " miss the appointment that matters most.",
        "Each team has its own list of consents. Consent given to one team does not count for the next.",
        "Ask once for consent to reminders, for the whole council.",
        comments=(
            Comment(
                "ruth@hearthline",
                "Good, as long as people can take it back in one place too.",
                "for",
            ),
        ),
        support=("ruth@hearthline", "gwen@canalrow", "priya@merebridge"),
    ),
    Proposal(
        "no-bill",
        "gwen@canalrow",
        "forms-and-proof",
        "Without a bill in your name you cannot prove where you live",
        "Heating and water are in the rent here, so no tenant has a bill. Women whose partner holds the tenancy have no"
        " paper at all. They are sent away from the library, the surgery and the council desk.",
        "The list of accepted proofs: a utility bill or a tenancy agreement, not older than three months.",
        "Accept a letter from the landlord, the school or the surgery, and our word as a tenants’ group.",
        "In one month we wrote 17 letters for neighbours. Four were accepted.",
        (
            Comment(
                "leah@merebridge",
                "At the desk we know most of these people by name, and still have to say no.",
                "experience",
            ),
            Comment("amina@hearthline", "The law asks for “satisfactory evidence”. The list is our own choice.", "for"),
        ),
        ("leah@merebridge", "amina@hearthline", "ruth@hearthline", "denise@canalrow"),
        ("amina@hearthline",),
        policy="List of accepted proofs of address",
    ),
    Proposal(
        "five-documents",
        "ruth@hearthline",
        "forms-and-proof",
        "The same five documents, asked for by three offices",
        "Housing, council tax and school meals each want the same five papers, each as a copy of their own. At the"
        " drop-in we copy for two hours every Tuesday.",
        "Each office’s privacy notice says the copies are “for this purpose only”.",
        "Let people say yes to sharing one set of copies between the three offices.",
        comments=(
            Comment(
                "priya@merebridge",
                "What would stop us is the retention time: one office keeps them for a year, another for six.",
                "question",
            ),
            Comment("denise@canalrow", "And the copies cost 20 pence a page at the library.", "experience"),
        ),
        support=("denise@canalrow", "leah@merebridge", "amina@hearthline"),
    ),
    Proposal(
        "bus-pass",
        "sol@hearthline",
        "getting-to-appointments",
        "A bus pass can only be fetched in person at the town hall",
        "From the villages that is a day’s journey, for people who get the pass because they can hardly walk.",
        "The concession scheme, page 2: “collected in person”.",
        "Hand the pass out at post offices, or send it.",
        comments=(
            Comment(
                "leah@merebridge",
                "Since October every post office does. We have told nobody, it seems. I will put it on the front page.",
                "experience",
            ),
        ),
        support=("gwen@canalrow",),
    ),
    Proposal(
        "guest-parking",
        "denise@canalrow",
        "getting-to-appointments",
        "Carers get a parking ticket while they wash somebody",
        "A visit takes an hour and a quarter. Guest parking ends after one hour. Two carers have stopped coming to us.",
        "Parking order, zone 3: one hour for visitors, no exceptions named.",
        "Let a carer’s badge count as a permit for two hours.",
        comments=(Comment("amina@hearthline", "Is this the council’s order or the landlord’s?", "question"),),
        support=("marek@canalrow", "amina@hearthline"),
        policy="Parking order, zone 3",
    ),
    Proposal(
        "dialysis-days",
        "gwen@canalrow",
        "getting-to-appointments",
        "Appointments fall on dialysis days that are known months ahead",
        "Three of my neighbours have dialysis on fixed days. Every second letter names just these days. They ring, wait"
        " in the line for half an hour, and get another day that does not fit.",
        "The booking system gives out the next free hour. It cannot note days on which a person is not free.",
        "Let the desk note fixed days once, and let the system keep them free.",
        comments=(
            Comment(
                "sol@hearthline",
                "It is the first bus again: the system takes every hour as good for all.",
                "experience",
            ),
        ),
        support=("sol@hearthline", "leah@merebridge", "denise@canalrow"),
    ),
    Proposal(
        "night-calls",
        "marek@canalrow",
        "damp-mould-repairs",
        "Repairs ring once, at noon, and never write",
        "Whoever works nights sleeps then. One missed call, and the repair goes to the end of the list. Six of us at"
        " the depot live here, and all six know it.",
        "Working instruction of the repairs line: “one attempt by telephone”.",
        "Send a text message after a missed call, with a number that can be rung until eight in the evening.",
        comments=(
            Comment(
                "leah@merebridge",
                "We could do that from the front desk tomorrow. The telephones can; the instruction does not say so.",
                "for",
            ),
        ),
        support=("leah@merebridge", "denise@canalrow"),
    ),
)

# Held from the start, because it says who somebody is: only its author and the stewards of their organisation see it.
HELD: Final = Proposal(
    "lift-alarm",
    "marek@canalrow",
    "damp-mould-repairs",
    "The lift alarm rings in an office that closes at five",
    "On Friday evening Mrs Adeyemi from flat 63 was in the lift for two hours. Her number is 07700 900142, she will"
    " tell you herself.",
    "The service contract: “alarm to the office during opening hours”.",
    "Let the alarm ring at the emergency desk after five.",
)

# Begun and not finished: only its author sees it.
DRAFT: Final = Proposal(
    "interpreters",
    "amina@hearthline",
    "getting-to-appointments",
    "An interpreter must be booked a week before anyone knows the appointment",
    "The letter with the appointment comes four days ahead. The interpreters’ service wants seven.",
    "",
    "",
)

# Who follows whom, besides what the topics bring.
FOLLOWS: Final = (
    ("amina@hearthline", "priya@merebridge"),
    ("priya@merebridge", "amina@hearthline"),
    ("denise@canalrow", "amina@hearthline"),
    ("colin@merebridge", "marek@canalrow"),
    ("leah@merebridge", "sol@hearthline"),
)
