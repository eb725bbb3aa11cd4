"""Who sees and gets what in each state (the table of the life cycle), cell by cell, each with the test that shows it.
A test that is renamed or lost fails here."""

from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
AFTER: Final = "journeys/test_answers_and_after.py"
EDGES: Final = "journeys/test_edges.py"
HEARD: Final = "journeys/test_hearing_back.py"
LETTERS: Final = "effects/test_reminders.py"
REMINDED: Final = "jobs/test_reminders.py"

# (state, whose cell) → file and test.
CELLS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("draft", "who moves it"): ("rules/test_lifecycle.py", "test_a_draft_moves_only_by_being_raised"),
    ("draft", "author"): ("web/test_proposals.py", "test_a_draft_is_for_its_author_alone"),
    ("draft", "co-authors"): (
        "actions/test_coauthors.py",
        "test_whoever_takes_up_the_link_writes_the_draft_and_then_the_proposal",
    ),
    ("held", "author"): (LETTERS, "test_a_held_item_reminds_stewards_after_a_working_day_and_tells_its_author_at_once"),
    ("held", "steward"): ("web/test_moderation.py", "test_a_steward_decides_with_one_press_and_the_next_one_follows"),
    ("held", "what goes out"): (
        "journeys/test_held_and_appealed.py",
        "test_another_instance_sees_what_is_released_and_restored_and_nothing_before",
    ),
    ("raised", "contributors"): ("journeys/test_a_proposal_travels.py", "test_a_proposal_arrives_once_everywhere"),
    ("raised", "author"): ("jobs/test_mail.py", "test_fifty_events_on_one_proposal_in_a_day_are_one_digest"),
    ("raised", "steward"): (
        "journeys/test_what_stewards_add.py",
        "test_a_steward_adds_place_and_rule_and_the_wording_stays_as_it_is",
    ),
    ("raised", "steward, weekly"): ("jobs/test_week.py", "test_stewards_get_the_list_of_last_week_once"),
    ("raised", "policy owner"): (LETTERS, "test_whoever_owns_a_rule_hears_quietly_that_a_proposal_names_it"),
    ("linked", "author"): ("web/test_same_barrier.py", "test_the_author_says_it_and_takes_it_back"),
    ("linked", "steward"): (
        REMINDED,
        "test_what_a_steward_would_link_is_linked_five_working_days_after_the_author_was_told",
    ),
    ("linked", "what goes out"): (
        "journeys/test_the_same_barrier.py",
        "test_both_sides_say_so_across_instances_and_one_takes_it_back",
    ),
    ("agreed", "who moves it"): ("rules/test_lifecycle.py", "test_it_is_sent_when_it_says_who_is_asked"),
    ("agreed", "author"): (REMINDED, "test_supporters_of_an_earlier_wording_are_asked_when_it_is_agreed"),
    ("agreed", "contributors"): (
        "journeys/test_deciding_together.py",
        "test_a_consent_check_is_the_same_everywhere",
    ),
    ("agreed", "steward"): (
        "journeys/test_deciding_together.py",
        "test_an_organisation_of_another_instance_endorses_and_everybody_sees_how_it_decided",
    ),
    ("sent", "author"): (EDGES, "test_what_was_sent_is_not_edited_but_added_to"),
    ("sent", "contributors"): (
        "journeys/test_from_any_app.py",
        "test_a_new_state_is_an_edit_with_a_history_entry_and_a_notification",
    ),
    ("sent", "steward"): (
        REMINDED,
        "test_stewards_are_reminded_at_ten_twenty_and_thirty_working_days_each_once",
    ),
    ("sent", "steward, by phone"): (
        REMINDED,
        "test_a_phone_call_and_a_meeting_are_noted_and_the_clock_goes_on",
    ),
    ("sent", "policy owner"): (
        AFTER,
        "test_who_was_asked_elsewhere_gets_the_ask_first_and_answers_on_a_page_of_their_own_site",
    ),
    ("sent", "what goes out"): ("jobs/test_calendar.py", "test_late_and_then_long_overdue_are_two_entries"),
    ("answered", "author"): (AFTER, "test_the_same_body_is_asked_again_once_and_others_after_it"),
    ("answered", "contributors"): (
        HEARD,
        "test_a_contributor_elsewhere_hears_the_answer_what_was_done_and_the_end_in_their_own_words",
    ),
    ("answered", "steward"): (
        AFTER,
        "test_what_is_passed_on_is_asked_of_the_next_on_a_new_clock_and_the_old_ask_stays",
    ),
    ("answered", "policy owner"): (AFTER, "test_an_answer_changed_twice_is_three_entries_with_their_full_text"),
    ("in action", "author"): (REMINDED, "test_ninety_days_without_a_report_remind_stewards_and_whoever_answered"),
    ("in action", "contributors"): ("web/test_since.py", "test_counts_of_is_it_so_where_you_are_hide_small_numbers"),
    ("in action", "policy owner"): (AFTER, "test_whoever_was_asked_says_by_their_link_what_is_being_done"),
    ("in action", "who reports"): (
        "actions/test_contributions.py",
        "test_answers_and_actions_are_entered_by_stewards_and_owners_alone",
    ),
    ("closed", "who moves it"): (REMINDED, "test_what_has_no_answer_for_much_too_long_is_closed_by_the_calendar"),
    ("closed", "author"): (
        AFTER,
        "test_an_author_disagrees_with_a_closing_in_public_and_opens_it_again_with_something_new",
    ),
    ("closed", "contributors"): (
        HEARD,
        "test_a_contributor_elsewhere_hears_the_answer_what_was_done_and_the_end_in_their_own_words",
    ),
    ("dormant", "who moves it"): (
        "jobs/test_calendar.py",
        "test_what_nobody_talks_about_rests_until_somebody_does",
    ),
    ("dormant", "author"): (REMINDED, "test_the_author_is_asked_whether_it_is_still_true"),
    ("withdrawn", "policy owner"): (EDGES, "test_whoever_was_asked_hears_that_it_is_withdrawn"),
    ("withdrawn", "what goes out"): (
        "journeys/test_from_barrier_to_change.py",
        "test_an_instance_that_was_down_learns_all_that_happened",
    ),
}


@pytest.mark.parametrize(("cell", "shown"), CELLS.items(), ids=[": ".join(cell) for cell in CELLS])
def test_a_cell_of_the_table_has_its_test(cell: tuple[str, str], shown: tuple[str, str]) -> None:
    file, name = shown
    assert f"def {name}(" in (TESTS / file).read_text("utf-8"), cell
