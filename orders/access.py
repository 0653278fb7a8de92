"""Who may do what: one table, role by act, for one's own agency's things and for other agencies'.

What the table does not say is refused. An answer tells "may not know of it" from "may not do it",
so that a page of another agency looks like one that does not exist. That nobody approves an order
of their own is a rule of `orders.lifecycle`, whatever roles they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum


class Role(StrEnum):
    """As a sign-in provider gives them, through the names of the settings."""

    ORDERER = "orderer"
    APPROVER = "approver"
    OPERATOR = "operator"
    EDITOR = "editor"  # of their agency's part of the catalogue
    AUDITOR = "auditor"
    OWNER = "owner"  # of the whole service: the common catalogue, rules and policy


class Act(StrEnum):
    """What can be done, in words that an error may repeat."""

    SEE_CATALOGUE = "see the catalogue"
    SEE_ORDER = "see the order"
    SEE_COST = "see what it costs"
    SEE_RUN = "see the run that delivers"
    ORDER = "order"
    CANCEL = "cancel the order"
    ANSWER = "answer what is asked"
    POST = "write on the order"
    SURVEY = "tell how it went"
    SEE_THING = "see the service"
    OPEN_THING = "see the access data of the service"
    CHANGE_THING = "change or extend the service"
    REMOVE_THING = "remove the service"
    SEE_APPROVALS = "see what awaits approval"
    APPROVE = "approve or refuse the order"
    DELEGATE = "let somebody approve in one's place"
    SEE_DESK = "see the operators' desk"
    ASK = "ask the customer"
    HOLD = "hold the order"
    RELEASE = "release the order"
    ASSIGN = "assign the order"
    ADOPT = "adopt what stands in the clouds"
    SET_NOTICE = "tell of operations"
    SEE_QUESTIONS = "see which questions recur"
    FOLLOW_UP = "say what was done about an answer"
    SEE_SURVEYS = "see the answers to the surveys"
    SEE_LEAD_TIMES = "see lead times"
    DRAFT_OFFERING = "draft an offering"
    PROPOSE_OFFERING = "propose an offering for all"
    PROMOTE_OFFERING = "take an offering into the common catalogue"
    SEE_AUDIT = "see who did what"
    EXPORT_AUDIT = "export who did what"
    SEE_POLICY = "see where data may live, and the prices"
    PROPOSE_POLICY = "propose where data may live"
    DECIDE_POLICY = "decide where data may live"
    SET_PRICES = "put prices in force"
    SUBSCRIBE = "subscribe to events"


class Reach(Enum):
    """How far a role's right goes."""

    OWN = "of one's own agency"
    ALL = "of every agency"


class Answer(Enum):
    """YES; NO: may know of it, and not do it (403); HIDDEN: may not know of it (404)."""

    YES = "yes"
    NO = "no"
    HIDDEN = "hidden"


_OWN, _ALL = Reach.OWN, Reach.ALL
_EVERYBODY = dict.fromkeys(Role, _ALL)

TABLE: Mapping[Act, Mapping[Role, Reach]] = {
    Act.SEE_CATALOGUE: _EVERYBODY,
    Act.SEE_ORDER: {
        Role.ORDERER: _OWN,
        Role.APPROVER: _OWN,
        Role.EDITOR: _OWN,
        Role.OPERATOR: _ALL,
        Role.AUDITOR: _ALL,
        Role.OWNER: _ALL,
    },
    Act.SEE_COST: {
        Role.ORDERER: _OWN,
        Role.APPROVER: _OWN,
        Role.OPERATOR: _ALL,
        Role.AUDITOR: _ALL,
        Role.OWNER: _ALL,
    },
    Act.SEE_RUN: {Role.OPERATOR: _ALL},
    Act.ORDER: {Role.ORDERER: _OWN},
    Act.CANCEL: {Role.ORDERER: _OWN, Role.OPERATOR: _ALL},
    Act.ANSWER: {Role.ORDERER: _OWN},
    Act.POST: {Role.ORDERER: _OWN, Role.APPROVER: _OWN, Role.OPERATOR: _ALL, Role.OWNER: _ALL},
    Act.SURVEY: {Role.ORDERER: _OWN},
    Act.SEE_THING: {
        Role.ORDERER: _OWN,
        Role.APPROVER: _OWN,
        Role.EDITOR: _OWN,
        Role.OPERATOR: _ALL,
        Role.AUDITOR: _ALL,
        Role.OWNER: _ALL,
    },
    # not for operators or auditors: an agency's passwords are its own
    Act.OPEN_THING: {Role.ORDERER: _OWN},
    Act.CHANGE_THING: {Role.ORDERER: _OWN},
    Act.REMOVE_THING: {Role.ORDERER: _OWN},
    Act.SEE_APPROVALS: {Role.APPROVER: _OWN, Role.OWNER: _ALL},
    Act.APPROVE: {Role.APPROVER: _OWN, Role.OWNER: _ALL},
    Act.DELEGATE: {Role.APPROVER: _OWN},
    Act.SEE_DESK: {Role.OPERATOR: _ALL},
    Act.ASK: {Role.OPERATOR: _ALL},
    Act.HOLD: {Role.OPERATOR: _ALL},
    Act.RELEASE: {Role.OPERATOR: _ALL},
    Act.ASSIGN: {Role.OPERATOR: _ALL},
    Act.ADOPT: {Role.OPERATOR: _ALL},
    Act.SET_NOTICE: {Role.OPERATOR: _ALL},
    Act.SEE_QUESTIONS: {Role.OPERATOR: _ALL, Role.EDITOR: _OWN, Role.OWNER: _ALL},
    Act.FOLLOW_UP: {Role.OPERATOR: _ALL, Role.OWNER: _ALL},
    Act.SEE_SURVEYS: _EVERYBODY,
    Act.SEE_LEAD_TIMES: _EVERYBODY,
    Act.DRAFT_OFFERING: {Role.EDITOR: _OWN},
    Act.PROPOSE_OFFERING: {Role.EDITOR: _OWN},
    Act.PROMOTE_OFFERING: {Role.OWNER: _ALL},
    Act.SEE_AUDIT: {Role.AUDITOR: _ALL},
    Act.EXPORT_AUDIT: {Role.AUDITOR: _ALL},
    Act.SEE_POLICY: _EVERYBODY,
    Act.PROPOSE_POLICY: {Role.OPERATOR: _ALL, Role.OWNER: _ALL},
    Act.DECIDE_POLICY: {Role.OPERATOR: _ALL, Role.OWNER: _ALL},
    Act.SET_PRICES: {Role.OPERATOR: _ALL, Role.OWNER: _ALL},
    Act.SUBSCRIBE: {Role.ORDERER: _OWN, Role.OPERATOR: _ALL},
}

# What must be seen to know that the act is there at all. The others are pages of the product, of
# which everybody who is signed in may know.
SEEN_BY: Mapping[Act, Act] = {
    **dict.fromkeys(
        (Act.SEE_COST, Act.SEE_RUN, Act.CANCEL, Act.ANSWER, Act.POST, Act.SURVEY, Act.APPROVE),
        Act.SEE_ORDER,
    ),
    **dict.fromkeys((Act.ASK, Act.HOLD, Act.RELEASE, Act.ASSIGN), Act.SEE_ORDER),
    **dict.fromkeys((Act.OPEN_THING, Act.CHANGE_THING, Act.REMOVE_THING), Act.SEE_THING),
    Act.SEE_ORDER: Act.SEE_ORDER,
    Act.SEE_THING: Act.SEE_THING,
}


def may(roles: Iterable[str], act: Act, *, own: bool) -> Answer:
    """Whether somebody with `roles` may; `own`: it is their own agency's, or is of no agency."""
    known = [Role(role) for role in roles if role in set(Role)]
    if not known:
        return Answer.HIDDEN
    if _reaches(known, act, own=own):
        return Answer.YES
    seen_by = SEEN_BY.get(act)
    seen = own if seen_by is None else _reaches(known, seen_by, own=own)
    return Answer.NO if seen else Answer.HIDDEN


def roles_for(act: Act) -> tuple[Role, ...]:
    """Those that may, to name them to somebody who lacks them all."""
    return tuple(role for role in Role if role in TABLE[act])


def sees_all(roles: Iterable[str], act: Act) -> bool:
    """Whether they may do it for every agency, and so read lists over all of them."""
    return any(TABLE[act].get(Role(role)) is _ALL for role in roles if role in set(Role))


def _reaches(roles: Iterable[Role], act: Act, *, own: bool) -> bool:
    reaches = [TABLE[act].get(role) for role in roles]
    return _ALL in reaches or (own and _OWN in reaches)
