"""The passwords that we make."""

from __future__ import annotations

from providers import passwords


def test_each_is_new_long_and_of_every_kind_of_character():
    made = [passwords.new() for _ in range(200)]
    assert len(set(made)) == len(made)
    for one in made:
        assert len(one) == passwords.LENGTH
        assert one[0].isalpha(), "it could be taken for an option"
        assert all(set(one) & set(kind) for kind in passwords.KINDS)
        assert set(one) <= set("".join(passwords.KINDS))
