from server.rules import limits


def test_every_limit_is_a_positive_whole_number() -> None:
    numbers = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert numbers
    assert all(isinstance(value, int) and value > 0 for value in numbers.values())


def test_a_title_and_a_label_leave_room_in_a_status() -> None:
    assert limits.TITLE < limits.STATUS
    assert limits.POLL_OPTIONS_MIN < limits.POLL_OPTIONS_MAX
    assert limits.POLL_SECONDS_MIN < limits.POLL_SECONDS_MAX
