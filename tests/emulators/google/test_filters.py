"""The list filters, on their own."""

import pytest

from emulators.google.filters import matches
from emulators.google.refusal import Refusal

THING = {"name": "web-1", "labels": {"order": "gm-1"}, "status": "RUNNING", "on": True, "n": 5}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", True),
        ("name=web-1", True),
        ('name = "web-1"', True),
        ("name != web-1", False),
        ("name eq web-.*", True),
        ("name ne web-.*", False),
        ("name eq web", False),
        ("labels.order:*", True),
        ("labels.agency:*", False),
        ("labels.order:GM", True),
        ("labels.order=gm-1 AND status=STOPPED", False),
        ("(labels.order=gm-1) (status=RUNNING)", True),
        ("status=STOPPED OR name=web-1", True),
        ("status=STOPPED OR name=web-2", False),
        ("on=true", True),
        ("n=5", True),
        ("missing=x", False),
        ("missing!=x", True),
    ],
)
def test_filters_mean_what_google_means(expression, expected):
    assert matches(expression, THING) is expected


@pytest.mark.parametrize("expression", ["name", "=x", "name >< 3"])
def test_filters_that_cannot_be_read_are_refused(expression):
    with pytest.raises(Refusal, match="filter"):
        matches(expression, THING)
