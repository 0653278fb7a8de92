"""Who may do what. The picture below is the table as people agreed on it, written a second time."""

import itertools

import pytest

from orders.access import SEEN_BY, TABLE, Act, Answer, Role, may, roles_for, sees_all

# One row per act; the columns are the roles in the order of `Role`: orderer, approver, operator,
# editor, auditor, owner. 2 = of every agency, 1 = of the own one, 0 = may know but not do,
# . = in another agency may not even know (own: 0).
AGREED = """
SEE_CATALOGUE    2 2 2 2 2 2
SEE_ORDER        1 1 2 1 2 2
SEE_COST         1 1 2 . 2 2
SEE_RUN          . . 2 . 0 0
ORDER            1 . . . . .
CANCEL           1 . 2 . 0 0
ANSWER           1 . 0 . 0 0
POST             1 1 2 . 0 2
SURVEY           1 . 0 . 0 0
SEE_THING        1 1 2 1 2 2
OPEN_THING       1 . 0 . 0 0
CHANGE_THING     1 . 0 . 0 0
REMOVE_THING     1 . 0 . 0 0
SEE_APPROVALS    . 1 . . . 2
APPROVE          . 1 0 . 0 2
DELEGATE         . 1 . . . .
SEE_DESK         . . 2 . . .
ASK              . . 2 . 0 0
HOLD             . . 2 . 0 0
RELEASE          . . 2 . 0 0
ASSIGN           . . 2 . 0 0
SET_NOTICE       . . 2 . . .
ADOPT            . . 2 . . .
SEE_QUESTIONS    . . 2 1 . 2
FOLLOW_UP        . . 2 . . 2
SEE_SURVEYS      2 2 2 2 2 2
SEE_LEAD_TIMES   2 2 2 2 2 2
DRAFT_OFFERING   . . . 1 . .
PROPOSE_OFFERING . . . 1 . .
PROMOTE_OFFERING . . . . . 2
SEE_AUDIT        . . . . 2 .
EXPORT_AUDIT     . . . . 2 .
SEE_POLICY       2 2 2 2 2 2
PROPOSE_POLICY   . . 2 . . 2
DECIDE_POLICY    . . 2 . . 2
SET_PRICES       . . 2 . . 2
SUBSCRIBE        1 . 2 . . .
"""
CELLS = {
    (Act[name], role): mark
    for name, *marks in (line.split() for line in AGREED.strip().splitlines())
    for role, mark in zip(Role, marks, strict=True)
}
MEANT = {
    ("2", True): Answer.YES,
    ("2", False): Answer.YES,
    ("1", True): Answer.YES,
    ("1", False): Answer.HIDDEN,
    ("0", True): Answer.NO,
    ("0", False): Answer.NO,
    (".", True): Answer.NO,
    (".", False): Answer.HIDDEN,
}


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_every_cell_is_as_agreed(act, role, own):
    assert may([role], act, own=own) is MEANT[CELLS[act, role], own]


def test_every_act_and_role_is_agreed_on():
    assert set(CELLS) == set(itertools.product(Act, Role))
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize("act", Act)
def test_who_has_no_role_that_we_know_may_not_know_of_anything(act):
    for roles in ([], ["root"], ["Operator"], [""]):
        assert may(roles, act, own=True) is may(roles, act, own=False) is Answer.HIDDEN


def test_several_roles_reach_as_far_as_the_furthest():
    both = [Role.ORDERER, Role.OPERATOR]
    assert may(both, Act.SEE_ORDER, own=False) is Answer.YES
    assert may(both, Act.ANSWER, own=False) is Answer.NO
    assert may(both, Act.ANSWER, own=True) is Answer.YES
    assert may(["unknown", *both], Act.HOLD, own=False) is Answer.YES


def test_more_roles_never_take_a_right_away():
    for act, one, other, own in itertools.product(Act, Role, Role, [True, False]):
        if may([one], act, own=own) is Answer.YES:
            assert may([one, other], act, own=own) is Answer.YES


def test_what_may_be_done_may_be_seen():
    for act, seen in SEEN_BY.items():
        for role, own in itertools.product(TABLE[act], [True, False]):
            if may([role], act, own=own) is Answer.YES:
                assert may([role], seen, own=own) is Answer.YES


def test_the_roles_that_may_are_named():
    assert roles_for(Act.ORDER) == (Role.ORDERER,)
    assert roles_for(Act.APPROVE) == (Role.APPROVER, Role.OWNER)


def test_who_reads_lists_of_every_agency():
    assert sees_all([Role.AUDITOR], Act.SEE_ORDER)
    assert not sees_all([Role.ORDERER, "unknown"], Act.SEE_ORDER)
