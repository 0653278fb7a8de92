"""What people do to an order from its page: answer, approve, write, cancel, steer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ledger import OrderRow, storable
from orders import access, service
from orders.entry import Stamp
from orders.errors import OrderError, QuoteChanged
from orders.events import MessagePosted
from orders.lifecycle import replay
from orders.model import Order
from portal.acts import Act, acts
from portal.asking import SignedIn
from portal.dates import read_count
from portal.following import QUESTION_DAYS, Said, show, visible
from portal.house import House, InHouse
from portal.permits import check, stands_in
from portal.person import Person
from portal.speech import N_
from portal.uploads import File, Sent, handed_out, kept, sent, wrong

LONGEST = 4000  # characters of a message or an answer
WORKING_DAY = timedelta(hours=8)

MISSING: Mapping[Act, str] = {
    Act.ANSWER: N_("Write the answer first."),
    Act.MESSAGE: N_("Write a message first."),
    Act.REFUSE: N_("Say why, so that whoever ordered knows what to do."),
    Act.ASK: N_("Write the question first."),
    Act.HOLD: N_("Say why: the customer reads it."),
    Act.FOLLOW: N_("Write what was done first."),
    Act.SURVEY: N_("Choose a number from 1 to 5."),
    Act.ASSIGN: N_("Nobody who delivers has signed in here by that name. Nothing is changed."),
}
TOO_LONG = N_("That is longer than 4,000 characters. Shorten it, or send it in two parts.")
UNKEPT = N_("There is a character here that cannot be kept. Type the text instead of pasting it.")
TOO_LATE = N_(
    "The order has moved on in the meantime, so this was not done. See how it stands now."
)
OTHER_PRICE = N_("The price has changed since you opened the page. Look at it again.")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One act on its way: by whom, to which order, with what was written."""

    house: House
    person: Person
    row: OrderRow
    order: Order
    form: Mapping[str, str]
    files: Sequence[File]

    @property
    def text(self) -> str:
        return self.form.get("text", "").strip()

    @property
    def lent(self) -> frozenset[str]:
        return stands_in(self.house, self.person, self.order.agency)

    @property
    def stamp(self) -> Stamp:
        return Stamp(by=self.person.subject, at=self.house.now())

    def answer(self) -> None:
        service.answer(self.house.ledger, self.order.id, self.stamp, self.text)

    def message(self) -> None:
        attachments = kept(self.house.ledger, self.files, self.stamp)
        service.post(self.house.ledger, self.order.id, self.stamp, self.text, attachments)

    def approve(self) -> None:
        stamp = Stamp(by=self.person.subject, at=self.house.now(), why=self.text)
        service.approve(self.house.ledger, self.order.id, stamp, self._seen())

    def refuse(self) -> None:
        service.refuse(self.house.ledger, self.order.id, self.stamp, self.text)

    def cancel(self) -> None:
        stamp = Stamp(by=self.person.subject, at=self.house.now(), why=self.text)
        service.cancel(self.house.ledger, self.order.id, stamp)

    def ask(self) -> None:
        days = int(self.form.get("days", "2"))
        question = service.Question(text=self.text, deadline=self._deadline(days))
        service.ask(self.house.ledger, self.order.id, self.stamp, question)

    def hold(self) -> None:
        service.hold(self.house.ledger, self.order.id, self.stamp, self.text)

    def release(self) -> None:
        service.release(self.house.ledger, self.order.id, self.stamp)

    @property
    def to(self) -> str:
        """Who is to look after it; empty for nobody."""
        return self.form.get("to", self.person.subject).strip()

    def assign(self) -> None:
        service.assign(self.house.ledger, self.order.id, self.stamp, self.to)

    def survey(self) -> None:
        score = int(self.form["score"])
        service.answer_survey(self.house.ledger, self.order.id, self.stamp, score, self.text)

    def follow(self) -> None:
        service.follow_up(self.house.ledger, self.order.id, self.stamp, self.text)

    def _deadline(self, days: int) -> datetime:
        return self.house.calendar.add(self.house.now(), WORKING_DAY * days)

    def _seen(self) -> dict[str, int | None]:
        """The prices that stood on the page, by item."""
        shown = {
            name.removeprefix("_price-"): value
            for name, value in self.form.items()
            if name.startswith("_price-")
        }
        return {item: read_count(price) for item, price in shown.items()}


DONE: Mapping[Act, Callable[[Doing], None]] = {
    Act.ANSWER: Doing.answer,
    Act.APPROVE: Doing.approve,
    Act.REFUSE: Doing.refuse,
    Act.MESSAGE: Doing.message,
    Act.CANCEL: Doing.cancel,
    Act.SURVEY: Doing.survey,
    Act.FOLLOW: Doing.follow,
    Act.ASK: Doing.ask,
    Act.HOLD: Doing.hold,
    Act.RELEASE: Doing.release,
    Act.ASSIGN: Doing.assign,
}


@router.get("/orders/{number}/cancel")
def consider(request: Request, number: str, house: InHouse, person: SignedIn) -> Response:
    """Before an order is cancelled: what can still be undone, and what cannot."""
    row = visible(house, person, number)
    order = replay(house.ledger.history(row.id))
    check(person, Act.CANCEL, order)
    if Act.CANCEL not in acts(person, order):
        return show(request, house, person, row, Said(status=409, wrong={"": TOO_LATE}))
    return _considered(request, house, row, order)


def _considered(
    request: Request, house: House, row: OrderRow, order: Order, said: Said | None = None
) -> Response:
    """With what was wrong with the reason, if anything was."""
    said = said or Said()
    begun = any(item.begun for item in order.items.values())
    return house.pages.page(
        request, "cancel.html", said.status, order=order, row=row, begun=begun, said=said
    )


def doing(
    number: str, house: InHouse, person: SignedIn, said: Annotated[Sent, Depends(sent)]
) -> Doing:
    row = visible(house, person, number)
    order = replay(house.ledger.history(row.id))
    return Doing(house=house, person=person, row=row, order=order, form=said.form, files=said.files)


@router.get("/orders/{number}/files/{id}")
def attached(number: str, id: str, house: InHouse, person: SignedIn) -> Response:  # noqa: A002 - its name in the address
    """A file of the thread, to whoever may read the thread."""
    row = visible(house, person, number)
    posts = [one for one in house.ledger.history(row.id) if isinstance(one, MessagePosted)]
    found = next((file for one in posts for file in one.attachments if file.id == id), None)
    data = house.ledger.attachments.read(found.sha256) if found else None
    if found is None or data is None:
        raise HTTPException(404)
    return handed_out(found, data)


@router.post("/orders/{number}/{act}")
def act_on(request: Request, act: str, it: Annotated[Doing, Depends(doing)]) -> Response:
    """Do it, or show the order again with what was wrong and all that was written."""
    if act not in set(DONE):
        raise HTTPException(404)
    wanted = Act(act)
    check(it.person, wanted, it.order, it.lent)
    refused = _tried(it, wanted)
    if refused is not None and wanted is Act.CANCEL and wanted in refused.wrong:
        return _considered(request, it.house, it.row, it.order, refused)
    if refused is not None:
        return show(request, it.house, it.person, it.row, refused)
    return RedirectResponse(f"/orders/{it.order.id}?done={wanted}", 303)


def _tried(doing: Doing, act: Act) -> Said | None:
    """None when it is done; else what is to be said about it."""
    if said := _wrong(act, doing):
        return Said(status=422, wrong={act: said}, text=doing.text)
    too_late = Said(status=409, wrong={"": TOO_LATE}, text=doing.text)
    if act not in acts(doing.person, doing.order, doing.lent):
        return too_late
    try:
        DONE[act](doing)
    except QuoteChanged:
        return Said(status=409, wrong={"": OTHER_PRICE})
    except OrderError:
        return too_late
    return None


def _wrong(act: Act, doing: Doing) -> str:
    if not storable(doing.text):
        return UNKEPT
    if len(doing.text) > LONGEST:
        return TOO_LONG
    if act is Act.MESSAGE and doing.files:
        return wrong(doing.files, doing.house.settings.scan)
    if not _chosen(act, doing):
        return MISSING[act]
    wordless = doing.text or act in {Act.ASSIGN, Act.SURVEY}
    return "" if wordless else MISSING.get(act, "")


def _chosen(act: Act, doing: Doing) -> bool:
    """Whether what is chosen rather than written can be."""
    match act:
        case Act.SURVEY:
            return doing.form.get("score") in set("12345")
        case Act.ASK:
            return doing.form.get("days", "2") in {str(day) for day in QUESTION_DAYS}
        case Act.ASSIGN:
            return doing.to in {"", doing.person.subject} or _delivers(doing.house, doing.to)
        case _:
            return True


def _delivers(house: House, subject: str) -> bool:
    known = house.ledger.people.named([subject]).get(subject)
    return known is not None and access.sees_all(known.roles, access.Act.ASSIGN)
