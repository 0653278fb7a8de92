"""Who did something is told by name, or by what they are."""

import pytest

from portal.names import Names
from portal.speech import speeches


@pytest.mark.parametrize(("language", "said"), [("nb", "Noen i drift"), ("en", "An operator")])
def test_who_acts_in_prefects_pages_is_somebody_who_operates(language, said):
    names = Names(speech=speeches()[language])
    assert names.of("operator") == said
    assert names.ours("operator")


def test_what_runs_is_the_delivery_system():
    names = Names(speech=speeches()["nb"])
    assert {names.of(one) for one in ("fulfil", "dispatcher")} == {"Leveringssystemet"}
    assert names.ours("fulfil")
    assert not names.ours("kari")
