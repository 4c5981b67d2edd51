"""Identifiers sort in the order in which they were made."""

from engine.ids import new_id


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [new_id() for _ in range(1_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
