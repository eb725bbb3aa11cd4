"""The proposals of the demo that were answered: in part, with no, being done, and changed because of local trials."""

from collections.abc import Mapping
from typing import Final

from server.cli.seed.deeds import Deed, agreed, asked, checked, closed, endorsed, seen, votes
from server.rules.checks import ASIDE

ANSWERED: Final[Mapping[str, tuple[Deed, ...]]] = {
    "damp-twice": (
        seen("denise@canalrow", "Tenant", "Canal Row", "21-100", "Eleven flats on our list, every one visited twice."),
        seen("colin@merebridge", "Surveyor", "Merebridge", "100+", "I am sent out as the second visit, daily."),
        seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "6-20"),
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
        endorsed(
            "denise@canalrow",
            "Put to the tenants’ evening on 3 November: 17 of 19 were for it, two had no view.",
            "Denise Okafor, chair",
        ),
        checked("ruth@hearthline"),
        *votes("amina@hearthline", "denise@canalrow", "gwen@canalrow", "colin@merebridge"),
        *votes("priya@merebridge", choice=ASIDE),
        Deed(
            "marek@canalrow",
            "object",
            "It says “dated photos from the tenant”. Half of the older tenants have no telephone that takes any. They"
            " would be the last to be believed again.",
        ),
        Deed(
            "ruth@hearthline",
            "answer_objection",
            "Thank you, Marek, you are right to ask. Anybody may take the photo for them: a neighbour, the caretaker,"
            " one of us. “From the tenant” says whose home it is, not who holds the camera. We say so in the letter.",
            leads_to="objection_answered",
        ),
        closed("ruth@hearthline"),
        agreed("ruth@hearthline", "Consent from three organisations. Marek’s objection is answered and in the letter."),
        asked(
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
    "mould-wash": (
        seen("amina@hearthline", "Casework adviser", "Ashcombe", "21-100"),
        seen("gwen@canalrow", "Retired nurse", "Canal Row", "6-20", "Two weeks are long for a child with asthma."),
        seen("leah@merebridge", "Front desk", "Merebridge", "21-100"),
        endorsed(
            "ruth@hearthline",
            "Agreed in our Monday case meeting, all seven advisers. It costs our clients two weeks each time.",
        ),
        checked("colin@merebridge"),
        *votes("priya@merebridge", "leah@merebridge", "amina@hearthline", "ruth@hearthline", "denise@canalrow"),
        *votes("marek@canalrow", choice=ASIDE),
        closed("colin@merebridge"),
        agreed("colin@merebridge", "Marek stands aside and says why below: the cause must be found as well."),
        asked(
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
    "five-documents": (
        seen("denise@canalrow", "Chair of a tenants’ group", "Canal Row", "21-100"),
        seen(
            "leah@merebridge", "Front desk", "Merebridge", "100+", "We staple what the colleague next door has stapled."
        ),
        seen("amina@hearthline", "Casework adviser", "Ashcombe", "21-100"),
        checked("ruth@hearthline"),
        *votes("sol@hearthline", "denise@canalrow", "leah@merebridge"),
        *votes("priya@merebridge", choice=ASIDE),
        closed("ruth@hearthline"),
        agreed("amina@hearthline", "Nobody objected, in the drop-in or here."),
        asked(
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
    "reminders": (
        seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "21-100"),
        seen(
            "gwen@canalrow", "Volunteer", "Canal Row", "6-20", "The hospital reminds them. The housing office does not."
        ),
        seen("colin@merebridge", "Surveyor", "Merebridge", "21-100", "I stand at doors that nobody opens."),
        Deed(
            "leah@merebridge",
            "trial",
            "At the front desk we asked once, wrote the yes on the card, and sent the reminders by hand.",
            {
                "place": "Merebridge, front desk",
                "since": "2026-03-02",
                "until": "2026-04-24",
                "contact": "yes",
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
        checked("colin@merebridge"),
        *votes("leah@merebridge", "priya@merebridge", "ruth@hearthline", "gwen@canalrow"),
        closed("colin@merebridge"),
        agreed("colin@merebridge", "Three places tried something. Two of them can stop guessing."),
        asked(
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
}
