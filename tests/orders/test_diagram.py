from pathlib import Path

from fixtures.histories import MOVING
from orders.diagram import markdown
from orders.model import State

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_is_what_the_table_draws():
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run `make states` and commit the page"


def test_the_page_names_every_state_and_event():
    text = markdown()
    for state in set(State) - {State.PARTIAL}:
        assert f"| {state} |" in text
    for kind in MOVING:
        assert kind.__name__ in text


def test_arrows_lead_to_states_only():
    inside = markdown().split("```")[1]
    arrows = [line.split(":")[0].split(" --> ") for line in inside.splitlines() if "-->" in line]
    assert {end.strip() for arrow in arrows for end in arrow} == {"[*]", *State} - {"partial"}
