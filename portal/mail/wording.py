"""What a mail says: in Bokmål, and below it in English. Names of orders, and links; never more.

What was asked and answered stays on the order's page, where it is known who reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ledger import Known
from orders.model import State
from portal.house import House
from portal.mail.balls import NEWS, Ball, Sort
from portal.speech import N_, Speech
from portal.survey_links import survey_link

WAITS: Mapping[Sort, str] = {
    Sort.APPROVAL: N_("Approve or refuse order %(number)s: %(name)s"),
    Sort.QUESTION: N_("Answer the question on order %(number)s: %(name)s"),
    Sort.HELD: N_("Order %(number)s is stopped and waits for a person: %(name)s"),
    Sort.UNHAPPY: N_("Say what is done about the low answer on order %(number)s: %(name)s"),
    Sort.DANGER: N_("Order %(number)s is in danger of being late: %(name)s"),
}
ENDED: Mapping[State, str] = {
    State.COMPLETED: N_("Order %(number)s is done: %(name)s"),
    State.PARTIAL: N_("Order %(number)s is partly done: %(name)s"),
    State.FAILED: N_("Order %(number)s could not be carried out: %(name)s"),
    State.REJECTED: N_("Order %(number)s was refused: %(name)s"),
}
LONGEST = 60  # characters of a name in a mail
SHOWN = 25  # orders that one mail lists
RULE = "\n-- \n\n"


def worded(
    house: House, person: Known, balls: Sequence[Ball], new: Collection[Ball]
) -> tuple[str, str]:
    """Subject and text of the mail to `person` about `balls`, of which some are `new`."""
    speeches = house.pages.speeches
    text = RULE.join(_text(house, speeches[one], person, balls) for one in ("nb", "en"))
    return _subject(speeches["nb"], balls, new), text


def _subject(speech: Speech, balls: Sequence[Ball], new: Collection[Ball]) -> str:
    waiting = [ball for ball in balls if ball.sort not in NEWS]
    if not new:
        return speech.ngettext(
            "Reminder: one order waits for you",
            "Reminder: %(num)s orders wait for you",
            len(waiting),
        )
    if len(balls) == 1:
        return line(speech, balls[0])
    if not waiting:
        return speech.ngettext(
            "News of one order of yours", "News of %(num)s orders of yours", len(balls)
        )
    return speech.ngettext("One order waits for you", "%(num)s orders wait for you", len(waiting))


def line(speech: Speech, ball: Ball) -> str:
    """A ball in one line."""
    title = ball.order.title
    name = title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"
    words = ENDED[ball.order.state] if ball.sort is Sort.ENDED else WAITS[ball.sort]
    return speech.gettext(words, number=ball.order.id, name=name)


def _text(house: House, speech: Speech, person: Known, balls: Sequence[Ball]) -> str:
    said = [speech.gettext("Hello, %(name)s!", name=person.name)]
    for title, found in (
        (speech.gettext("This waits for you:"), [one for one in balls if one.sort not in NEWS]),
        (speech.gettext("This has ended:"), [one for one in balls if one.sort in NEWS]),
    ):
        if found:
            said += [title, *("\n".join(_lines(house, speech, one)) for one in found[:SHOWN])]
        if more := len(found[SHOWN:]):
            said.append(speech.ngettext("And one more.", "And %(num)s more.", more))
    said.append(_habits(house, speech))
    return "\n\n".join(said) + "\n"


def _habits(house: House, speech: Speech) -> str:
    """When we write, as it is set here."""
    mail = house.settings.mail
    if mail is not None and mail.always:
        return speech.gettext(
            "We gather what there is in one e-mail, and remind you once a day while something "
            "waits. Nobody reads answers to this address."
        )
    return speech.gettext(
        "We write in working hours alone, gather what there is in one e-mail, and remind you "
        "once a day while something waits. Nobody reads answers to this address."
    )


def _lines(house: House, speech: Speech, ball: Ball) -> Iterator[str]:
    """Messages stand outside of f-strings: within them the tools do not find them."""
    yield f"* {line(speech, ball)}"
    if ball.deadline:
        by = speech.gettext("Answer by %(when)s.", when=speech.moment(ball.deadline))
        yield f"  {by}"
    yield f"  {house.settings.url}/orders/{ball.order.id}"
    if ball.sort is Sort.ENDED and ball.order.survey is None:
        ask = speech.gettext("How did it go? It takes two taps:")
        yield f"  {ask}"
        yield f"  {survey_link(house.settings, ball.order, speech.language)}"
