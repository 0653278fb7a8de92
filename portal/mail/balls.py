"""Who holds the ball: what waits for whom now, read from the ledger anew each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from ledger import Known, OrderRow
from ledger.desk import mark
from ledger.paging import Mark
from orders.lifecycle import replay
from orders.model import Party, State
from portal.house import House
from portal.person import Role

MOST = 20  # pages of one sort: nobody reads a mail about more orders
BACK = timedelta(days=3)  # what ended longer ago is no news

_Page = Callable[[Mark | None], Sequence[OrderRow]]


class Sort(StrEnum):
    APPROVAL = "approval"
    QUESTION = "question"
    HELD = "held"
    DANGER = "danger"
    UNHAPPY = "unhappy"
    ENDED = "ended"


NEWS = frozenset({Sort.ENDED})  # told once; it asks for nothing that is reminded of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    """`deadline` is when it is expected back. `key` is another one when it is thrown anew."""

    sort: Sort
    order: OrderRow
    deadline: datetime | None = None

    @property
    def key(self) -> str:
        thrown = f"{self.deadline:%Y%m%dT%H%M%S}" if self.deadline else ""
        return f"{self.sort}:{self.order.id}:{thrown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Somebody, and all that is in their hands."""

    person: Known
    balls: tuple[Ball, ...]


def hands(house: House) -> list[Hands]:
    """Everybody who holds something, or has news coming, and can be written to."""
    held: dict[str, list[Ball]] = defaultdict(list)
    people: dict[str, Known] = {}
    crowd = _Crowd(house)
    for holders, ball in chain(_asked(house, crowd), _ours(house, crowd), _news(house, crowd)):
        for one in holders:
            if one.email:
                people[one.subject] = one
                held[one.subject].append(ball)
    return [Hands(person=people[one], balls=tuple(balls)) for one, balls in sorted(held.items())]


def _asked(house: House, crowd: _Crowd) -> Iterator[tuple[list[Known], Ball]]:
    """What waits for the agencies."""
    desk = house.ledger.desk
    for row in _all(lambda after: desk.approvals(after=after)):
        yield crowd.approvers(row), Ball(sort=Sort.APPROVAL, order=row, deadline=row.deadline)
    for row in _all(lambda after: desk.orders(turn=Party.CUSTOMER, after=after)):
        if not row.approval_role and _takes_answers(house, row):
            ball = Ball(sort=Sort.QUESTION, order=row, deadline=row.deadline)
            yield crowd.orderers(row), ball


def _ours(house: House, crowd: _Crowd) -> Iterator[tuple[list[Known], Ball]]:
    """What waits for those who deliver."""
    desk = house.ledger.desk
    for row in _all(lambda after: desk.orders(jeopardy=True, after=after)):
        if row.state is not State.PENDING:
            yield crowd.operators(row), Ball(sort=Sort.DANGER, order=row)
    for row in _all(lambda after: desk.orders(state=State.HELD, after=after)):
        if _waits_for_a_person(house, row):
            yield crowd.operators(row), Ball(sort=Sort.HELD, order=row)
    for row in _all(desk.unhappy):
        yield crowd.operators(row), Ball(sort=Sort.UNHAPPY, order=row)


def _news(house: House, crowd: _Crowd) -> Iterator[tuple[list[Known], Ball]]:
    for row in house.ledger.desk.ended(house.now() - BACK):
        if row.state is not State.CANCELLED:
            yield crowd.orderer(row), Ball(sort=Sort.ENDED, order=row)


def _all(page_after: _Page) -> Iterator[OrderRow]:
    after: Mark | None = None
    for _ in range(MOST):
        page = list(page_after(after))
        yield from page
        if not page:
            return
        after = mark(page[-1])


def _waits_for_a_person(house: House, row: OrderRow) -> bool:
    """What resumes by itself is in nobody's hands."""
    items = replay(house.ledger.history(row.id)).items.values()
    return any(one.state is State.HELD and one.resume_at is None for one in items)


def _takes_answers(house: House, row: OrderRow) -> bool:
    """The old one of a move is kept for a while before anybody is asked to let it go."""
    items = replay(house.ledger.history(row.id)).items.values()
    opens = [one.waiting_on.opens for one in items if one.waiting_on]
    return any(one is None or one <= house.now() for one in opens)


class _Crowd:
    """People by what they are; each question is asked once a round."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._of: dict[tuple[str, str | None], list[Known]] = {}
        self._known: dict[str, Mapping[str, Known]] = {}

    def approvers(self, row: OrderRow) -> list[Known]:
        """Those who may give the step that is awaited; never whoever ordered."""
        role = row.approval_role or Role.APPROVER
        found = self._with(role, None if role == Role.OWNER else row.agency)
        if role == Role.APPROVER:
            found = [*found, *self._standing_in(found, row.agency)]
        once = {one.subject: one for one in found if one.subject != row.placed_by}
        return list(once.values())

    def orderers(self, row: OrderRow) -> list[Known]:
        """Whoever ordered; when that was a program, all who order for the agency."""
        return self.orderer(row) or self._with(Role.ORDERER, row.agency)

    def orderer(self, row: OrderRow) -> list[Known]:
        return self._person(row.placed_by)

    def operators(self, row: OrderRow) -> list[Known]:
        """Whoever looks after the order, else all of them."""
        return self._person(row.assigned) or self._with(Role.OPERATOR, None)

    def _with(self, role: str, agency: str | None) -> list[Known]:
        if (role, agency) not in self._of:
            self._of[role, agency] = self._house.ledger.people.of(role, agency)
        return self._of[role, agency]

    def _person(self, subject: str) -> list[Known]:
        if subject not in self._known:
            self._known[subject] = self._house.ledger.people.named([subject])
        return list(self._known[subject].values())

    def _standing_in(self, approvers: Iterable[Known], agency: str) -> Iterator[Known]:
        now, delegations = self._house.now(), self._house.ledger.delegations
        for approver in approvers:
            for one in delegations.by(approver.subject, now):
                if one.agency == agency and one.starts_at <= now:
                    yield from self._person(one.delegate)
