"""The proposals of the demo that still wait: for others who see it, for an answer (one is overdue), for their time."""

from collections.abc import Mapping
from typing import Final

from server.cli.seed.deeds import Deed, agreed, asked, checked, closed, endorsed, seen, votes, waived
from server.rules.checks import ASIDE

WAITING: Final[Mapping[str, tuple[Deed, ...]]] = {
    "repair-day": (
        seen("sol@hearthline", "Outreach worker", "Ashcombe and villages", "21-100"),
        seen("leah@merebridge", "Front desk", "Merebridge", "100+", "Every Monday the phones are full of it."),
        seen("marek@canalrow", "Tenant, night shifts", "Canal Row", "1-5"),
        checked("denise@canalrow"),
        *votes("marek@canalrow", "gwen@canalrow", "sol@hearthline", "amina@hearthline"),
        *votes("leah@merebridge", choice=ASIDE),
        closed("denise@canalrow"),
        agreed("denise@canalrow", "Agreed at the tenants’ evening, with the voices from outside read out."),
        asked(
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
        seen(
            "amina@hearthline", "Casework adviser", "Ashcombe", "6-20", "Four cases this year, closed for “no access”."
        ),
        seen("leah@merebridge", "Front desk", "Merebridge", "21-100", "They ring us, and we can only open a new case."),
        seen("gwen@canalrow", "Volunteer", "Canal Row", "6-20"),
        waived(
            "denise@canalrow", "Agreed at the tenants’ evening in the summer, before this page. It went out by post."
        ),
        asked(
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
    "no-bill": (
        seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "21-100", "Seven on one Tuesday."),
        seen("leah@merebridge", "Front desk", "Merebridge", "21-100"),
        seen("denise@canalrow", "Chair of a tenants’ group", "Canal Row", "100+"),
        endorsed(
            "amina@hearthline",
            "Our trustees endorse what the Tuesday drop-in brings to them three months running. This it did.",
            "The trustees, 12 November",
        ),
        checked("denise@canalrow"),
        *votes("gwen@canalrow", "marek@canalrow", "ruth@hearthline", "leah@merebridge"),
        closed("denise@canalrow"),
        agreed("denise@canalrow", "Agreed by show of hands. The letter from the school came in through the talk here."),
        asked(
            "denise@canalrow",
            "Merebridge Council, Customer Services",
            "change_rule",
            "Accept a letter from landlord, school or surgery as proof of address.",
        ),
    ),
    "first-bus": (
        seen("leah@merebridge", "Front desk", "Merebridge", "21-100", "I see them run in at 9:45, out of breath."),
        seen("gwen@canalrow", "Volunteer", "Canal Row", "1-5"),
        seen(
            "amina@hearthline", "Casework adviser", "Ashcombe", "21-100", "Two families lost a month’s money over it."
        ),
        Deed(
            "amina@hearthline",
            "evidence",
            "The timetable, and our list of 14 marks for one winter.",
            {"type": "document"},
        ),
        Deed("sol@hearthline", "same", facts={"other": "dialysis-days"}, leads_to="linked"),
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
    "dialysis-days": (
        seen(
            "leah@merebridge", "Front desk", "Merebridge", "6-20", "I move them by hand, and the next letter undoes it."
        ),
        seen("ruth@hearthline", "Drop-in adviser", "Ashcombe", "1-5"),
        Deed("gwen@canalrow", "same", facts={"other": "first-bus"}, leads_to="linked"),
    ),
    "night-calls": (
        seen("amina@hearthline", "Casework adviser", "Ashcombe", "6-20", "The bakers and the carers say the same."),
    ),
}
