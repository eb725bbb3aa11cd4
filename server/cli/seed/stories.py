"""What becomes of the demo's proposals: who adds what, who moves them on, what is asked and what comes back.

Together they stand in every state that everybody may see: raised, agreed, sent (one awaited, one overdue), answered in
part, declined, in action, changed because of local trials, withdrawn, at rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does about a proposal.

    Args:
        do: a kind of contribution, an act of the life cycle, or one of: ask (say what is asked, and of whom), decide
            (about the contribution with this name), comment, by_link (what the policy owner does with the answer link).
        facts: what the civic API wants to know besides: of the contribution, the act, the owner, the decision.
        name: of a contribution that somebody decides about later.
        leads_to: the step that this enters in the timeline, if any. By it we know that it was done before.
    """

    by: str
    do: str
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    name: str = ""
    leads_to: str = ""


def _seen(by: str, role: str, place: str, number: str, text: str = "") -> Deed:
    return Deed(by, "corroboration", text, {"role": role, "place": place, "number": number})


def _agreed(by: str, reason: str) -> Deed:
    return Deed(by, "agree", reason, {"waived": "true"}, leads_to="agreed")


def _asked(by: str, owner: str, verb: str, text: str, *, account: str = "", email: str = "") -> Deed:
    return Deed(by, "ask", text, {"owner": owner, "verb": verb, "account": account, "email": email})


STORIES: Final[Mapping[str, tuple[Deed, ...]]] = {
    "damp-twice": (
        _seen("denise@canalrow", "Tenant", "Canal Row", "21-100", "Eleven flats on our list, every one visited twice."),
        _seen("colin@merebridge", "Surveyor", "Merebridge", "100+", "I am sent out as the second visit, daily."),
        _seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "6-20"),
        Deed(
            "colin@merebridge",
            "evidence",
            "All second visits of two years, counted: 412 visits, 412 times the same finding.",
            {"type": "practice_data"},
        ),
        Deed(
            "gwen@canalrow",
            "amendment",
            "A limit makes it easier to say yes: the big jobs keep their second look.",
            {
                "change": "Let one inspection be enough for damp and mould, for works up to £5,000. Dated photos from"
                " the tenant count as an inspection."
            },
            name="one-is-enough",
        ),
        Deed(
            "marek@canalrow",
            "amendment",
            "Nobody trusts the surveyors any more.",
            {"change": "Let tenants choose the surveyor."},
            name="own-surveyor",
        ),
        Deed(
            "amina@hearthline",
            "decide",
            "The limit answers what the council asked us. Thank you, Gwen.",
            {"of": "one-is-enough", "verdict": "accepted"},
            leads_to="amendment_accepted",
        ),
        Deed(
            "amina@hearthline",
            "decide",
            "This is another rule with another owner. Please raise it by itself; I would support it.",
            {"of": "own-surveyor", "verdict": "declined"},
            leads_to="amendment_declined",
        ),
        _agreed(
            "ruth@hearthline", "Read aloud and agreed when the three organisations met on Tuesday. Nobody objected."
        ),
        _asked(
            "ruth@hearthline",
            "Merebridge Council, Housing Policy",
            "change_rule",
            "Please strike line 12 of schedule 4 for damp and mould.",
            account="priya@merebridge",
        ),
        Deed("ruth@hearthline", "send", leads_to="sent"),
        Deed(
            "priya@merebridge",
            "answer",
            "For works up to £1,000 we say yes: from 1 April one inspection is enough.\n\nAbove that the second visit"
            " stays for now. The auditors asked for it after 2019, and I cannot strike it on two years of figures from"
            " one team. Dated photos may replace the second visit, not the first.",
            {
                "code": "partly",
                "changeMind": "The same count from the other two repair teams. If they find what Colin found, I will"
                " take line 12 to the board myself.",
            },
            leads_to="answered",
        ),
        Deed(
            "amina@hearthline", "comment", "That is more than we had hoped for. Colin has already asked the other two."
        ),
    ),
    "repair-day": (
        _seen("sol@hearthline", "Outreach worker", "Ashcombe and villages", "21-100"),
        _seen("leah@merebridge", "Front desk", "Merebridge", "100+", "Every Monday the phones are full of it."),
        _seen("marek@canalrow", "Tenant, night shifts", "Canal Row", "1-5"),
        _agreed("denise@canalrow", "Agreed at the tenants’ evening, with the voices from outside read out."),
        _asked(
            "denise@canalrow",
            "Northvale Repairs, contract manager",
            "change_target",
            "Tell every household the day, two days before, and the half of the day on the morning.",
            email="contracts@northvale.example",
        ),
        Deed("denise@canalrow", "send", leads_to="sent"),
        Deed("denise@canalrow", "by_link", facts={"do": "acknowledge"}, leads_to="acknowledged"),
        Deed(
            "denise@canalrow",
            "by_link",
            "Would a text message the evening before do as well? Our plan is final at four o’clock.",
            {"do": "ask"},
            leads_to="asked_back",
        ),
        Deed(
            "denise@canalrow",
            "comment",
            "The evening before is fine for nearly everyone. For night shifts two days are.",
        ),
    ),
    "missed-visit": (
        _seen(
            "amina@hearthline", "Casework adviser", "Ashcombe", "6-20", "Four cases this year, closed for “no access”."
        ),
        _seen(
            "leah@merebridge", "Front desk", "Merebridge", "21-100", "They ring us, and we can only open a new case."
        ),
        _seen("gwen@canalrow", "Volunteer", "Canal Row", "6-20"),
        _agreed("denise@canalrow", "Agreed at the tenants’ evening in the summer. The letter went out by post then."),
        _asked(
            "denise@canalrow",
            "Merebridge Council, Performance Board",
            "change_target",
            "Count a case as done when the wall is dry, and keep its place after one missed visit.",
        ),
        Deed("denise@canalrow", "send", facts={"days_ago": "62"}, leads_to="sent"),
        Deed(
            "colin@merebridge",
            "supplement",
            "Since it was sent: 38 of the 90 cases closed for “no access” in spring are open again under a new number.",
        ),
    ),
    "five-documents": (
        _seen("denise@canalrow", "Chair of a tenants’ group", "Canal Row", "21-100"),
        _seen(
            "leah@merebridge", "Front desk", "Merebridge", "100+", "We staple what the colleague next door has stapled."
        ),
        _seen("amina@hearthline", "Casework adviser", "Ashcombe", "21-100"),
        _agreed("amina@hearthline", "Nobody has spoken against it in the drop-in or here."),
        _asked(
            "ruth@hearthline",
            "Merebridge Council, Data Protection Office",
            "let_us_try",
            "Let the three offices share one set of copies for half a year, for people who say yes.",
        ),
        Deed("ruth@hearthline", "send", leads_to="sent"),
        Deed(
            "ruth@hearthline",
            "answer",
            "The three offices keep copies for different times by law: one year, three years, six years. One shared set"
            " would have to follow the longest, and nobody may keep a pay slip for six years for a school meal.",
            {
                "code": "declined",
                "givenBy": "H. Lindqvist, Data Protection Officer",
                "via": "letter",
                "changeMind": "A way to check a paper once and note that it was seen, without keeping a copy at all.",
            },
            leads_to="answered",
        ),
        Deed("priya@merebridge", "comment", "“Seen, not kept” is what the register office does. I will find out how."),
    ),
    "mould-wash": (
        _seen("amina@hearthline", "Casework adviser", "Ashcombe", "21-100"),
        _seen("gwen@canalrow", "Retired nurse", "Canal Row", "6-20", "Two weeks are long for a child with asthma."),
        _seen("leah@merebridge", "Front desk", "Merebridge", "21-100"),
        _agreed("priya@merebridge", "All 118 requests were approved: the meeting decides nothing."),
        _asked(
            "colin@merebridge",
            "Merebridge Council, Housing Policy",
            "change_rule",
            "Count mould washes as urgent repairs.",
            account="priya@merebridge",
        ),
        Deed("colin@merebridge", "send", leads_to="sent"),
        Deed(
            "priya@merebridge",
            "answer",
            "Yes. Surveyors order the wash at the visit. The cause is found and noted at the same visit, as Marek"
            " asked, so that the mould does not come back by spring.",
            {"code": "accepted"},
            leads_to="answered",
        ),
        Deed(
            "priya@merebridge",
            "begin",
            "The policy is being rewritten, and the tablets need a new code.",
            leads_to="in_action",
        ),
        Deed("colin@merebridge", "action", "Policy 3.2 counts mould washes as urgent repairs.", name="policy"),
        Deed("colin@merebridge", "action", "The code for a wash is in the surveyors’ tablets.", {"due": "2027-02-26"}),
        Deed("priya@merebridge", "decide", facts={"of": "policy", "verdict": "done"}, leads_to="action_done"),
    ),
    "reminders": (
        _seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "21-100"),
        _seen(
            "gwen@canalrow", "Volunteer", "Canal Row", "6-20", "The hospital reminds them. The housing office does not."
        ),
        _seen("colin@merebridge", "Surveyor", "Merebridge", "21-100", "I stand at doors that nobody opens."),
        Deed(
            "leah@merebridge",
            "trial",
            "At the front desk we asked once, wrote the yes on the card, and sent the reminders by hand.",
            {
                "place": "Merebridge, front desk",
                "before": "31 of 100 missed",
                "after": "12 of 100 missed",
                "result": "better",
                "measured": "Missed first appointments, four weeks each",
                "cost": "2 hours a week",
            },
        ),
        Deed(
            "ruth@hearthline",
            "trial",
            "We rang everyone who had been passed on, the evening before.",
            {"place": "Ashcombe, drop-in", "before": "9 of 24 missed", "after": "3 of 26 missed", "result": "better"},
        ),
        Deed(
            "gwen@canalrow",
            "trial",
            "A note through the door. People had it, and had lost it.",
            {"place": "Canal Row", "before": "6 of 20 missed", "after": "5 of 20 missed", "result": "same"},
        ),
        _agreed("colin@merebridge", "Three places tried something. Two of them can stop guessing."),
        _asked(
            "colin@merebridge",
            "Merebridge Council, Customer Services",
            "change_rule",
            "One consent to reminders for the whole council, taken back in one place.",
            account="priya@merebridge",
        ),
        Deed("colin@merebridge", "send", leads_to="sent"),
        Deed(
            "priya@merebridge",
            "answer",
            "The two trials convinced us: a reminder halves what is missed, and costs less than one empty visit."
            " We start with housing and the front desk.",
            {"code": "trial"},
            leads_to="answered",
        ),
        Deed(
            "colin@merebridge",
            "begin",
            "Housing and the front desk share one consent from Monday.",
            leads_to="in_action",
        ),
        Deed(
            "leah@merebridge", "comment", "The first three weeks: 11 of 100 missed, and nobody took the consent back."
        ),
        Deed(
            "colin@merebridge",
            "close",
            "Consent is asked once and counts everywhere. What two small trials showed with pencil and telephone was"
            " enough to change the rule for the whole council.",
            {"outcome": "changed"},
            leads_to="closed",
        ),
    ),
    "no-bill": (
        _seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "21-100", "Seven on one Tuesday."),
        _seen("leah@merebridge", "Front desk", "Merebridge", "21-100"),
        _seen("denise@canalrow", "Chair of a tenants’ group", "Canal Row", "100+"),
        _agreed(
            "denise@canalrow", "Agreed by show of hands. The letter from the school came in through the talk here."
        ),
        _asked(
            "denise@canalrow",
            "Merebridge Council, Customer Services",
            "change_rule",
            "Accept a letter from landlord, school or surgery as proof of address.",
        ),
    ),
    "first-bus": (
        _seen("leah@merebridge", "Front desk", "Merebridge", "21-100", "I see them run in at 9:45, out of breath."),
        _seen("gwen@canalrow", "Volunteer", "Canal Row", "1-5"),
        _seen(
            "amina@hearthline", "Casework adviser", "Ashcombe", "21-100", "Two families lost a month’s money over it."
        ),
        Deed(
            "amina@hearthline",
            "evidence",
            "The timetable, and our list of 14 marks for one winter.",
            {"type": "document"},
        ),
    ),
    "bus-pass": (
        Deed(
            "sol@hearthline",
            "withdraw",
            "It is solved: every post office hands them out since October. We had not known.",
            leads_to="withdrawn",
        ),
    ),
    "guest-parking": (
        Deed(
            "denise@canalrow",
            "rest",
            "We do not know yet whose order it is. Whoever finds out: one comment wakes it.",
            leads_to="dormant",
        ),
    ),
}
