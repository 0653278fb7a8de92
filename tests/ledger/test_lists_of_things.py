"""Long lists of what agencies have, and what needs what in them."""

from fixtures.day_two import delivered
from fixtures.examples import an_item
from fixtures.plans import plans


def test_pages_of_things_follow_on_each_other(ledger):
    items = [an_item(str(number)) for number in range(5)]
    delivered(ledger, "1001", *items)
    first = ledger.things(limit=3)
    second = ledger.things(limit=3, before=first[-1])
    assert [one.name for one in first + second] == ["4", "3", "2", "1", "0"]
    assert [one.name for one in ledger.things(offset=3, limit=9)] == ["1", "0"]
    assert (ledger.count_things("parks"), ledger.count_things(offering="database")) == (5, 0)


def test_users_of_a_thing_are_found_however_much_else_there_is(ledger):
    delivered(ledger, "1001", an_item("net"), an_item("web", needs=("net",)), an_item("alone"))
    net = next(one for one in ledger.things() if one.name == "net")
    assert [one.name for one in ledger.users("parks", [net.instance])] == ["web"]
    assert ledger.users("schools", [net.instance]) == ledger.users("parks", []) == []
    assert ledger.users("parks", ["%", "_" * len(net.instance)]) == []
    assert "things_with_needs" in plans(ledger, lambda: ledger.users("parks", [net.instance]))
