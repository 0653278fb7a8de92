"""What people ask about orders, and the answers."""

from __future__ import annotations

from dataclasses import dataclass

from portal.speech import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One question and its answer, as message ids; `link` is an address and what it says."""

    id: str
    title: str
    texts: tuple[str, ...]
    link: tuple[str, str] | None = None


STATE_TOPIC = "states"
TOPICS = (
    Topic(
        id="first",
        title=N_("How do I order something for the first time?"),
        texts=(
            N_(
                "Choose a product on the front page. The form asks what we must know, with "
                "help beside each field, and shows the price and the promised date while you "
                "fill it in."
            ),
            N_(
                "Review, and send. Afterwards the order's page shows each step as it is done,"
                " and whose turn it is. You can keep a form for later, and go on from any "
                "machine."
            ),
        ),
        link=("/tour", N_("Take the tour: it goes along while you order")),
    ),
    Topic(
        id="when",
        title=N_("When do we get what we ordered?"),
        texts=(
            N_(
                "You see the promised time while you fill in the form, before you send "
                "anything. It is learned from how long orders like it have taken, or what the"
                " catalogue states where there are too few, counted in opening hours: from 8 "
                "to 16 on working days, not on public holidays, and until 12 on the Wednesday"
                " before Easter, Christmas Eve and New Year's Eve when they are working days."
            ),
            N_(
                "The first promise stays. If we see that we will miss it, the order says so, "
                "and when we now expect it."
            ),
        ),
    ),
    Topic(
        id="turn",
        title=N_("Whose turn is it?"),
        texts=(
            N_(
                "Every order says whose turn it is. When it is yours, the order shows the "
                "question we need an answer to. All other time counts as ours, also when "
                "something stops us."
            ),
        ),
    ),
    Topic(id=STATE_TOPIC, title=N_("What do the states mean?"), texts=()),
    Topic(
        id="approval",
        title=N_("Who approves an order?"),
        texts=(
            N_(
                "Orders below a ceiling go straight to delivery. Above it, and for what rules"
                " name, an approver in your agency decides, sometimes in two steps. Nobody "
                "approves an order of their own. The order says which rule it was, and who "
                "may decide."
            ),
            N_(
                "If you are away, let a colleague decide in your place for some days, on the "
                "page with what awaits approval."
            ),
        ),
    ),
    Topic(
        id="twice",
        title=N_("What if I press Send twice?"),
        texts=(
            N_(
                "You get one order. The form has a number of its own, so the same form never "
                "makes two."
            ),
        ),
    ),
    Topic(
        id="who",
        title=N_("Who sees our orders?"),
        texts=(
            N_(
                "Everyone with a role in your agency, those who deliver, and the auditor. "
                "Other agencies do not, and cannot tell that the order exists."
            ),
        ),
    ),
    Topic(
        id="change",
        title=N_("How do we change or get rid of what we have?"),
        texts=(
            N_(
                "Everything that is delivered stands under My things. From there you change "
                "it, let it live longer, order one more like it, or terminate it. A change is"
                " shown before it is sent. Before something is removed we ask twice, and "
                "where it says so you can undo it for some days."
            ),
        ),
        link=("/things", N_("My things")),
    ),
    Topic(
        id="ask",
        title=N_("How do we ask about an order?"),
        texts=(
            N_(
                "Write a message on the order's own page, with files if you need them. "
                "Everyone who sees the order reads the same thread. If we need to know "
                "something, the question stands there, with a deadline, and the order waits "
                "for your answer."
            ),
        ),
        link=("/orders", N_("Orders")),
    ),
    Topic(
        id="secrets",
        title=N_("Where do I find the password?"),
        texts=(
            N_(
                "Most of what we deliver is reached with your own account, a key of yours or "
                "the cloud's own identity. What a password or a key opens says so on its page, "
                "under My things: there an orderer in your agency gets it, shown once. We keep "
                "none, and never send any."
            ),
        ),
    ),
    Topic(
        id="down",
        title=N_("Is something down?"),
        texts=(
            N_(
                "What is down now, planned work and what has been stand under Operations "
                "status, and on the orders that it touches."
            ),
        ),
        link=("/status", N_("Operations status")),
    ),
    Topic(
        id="own",
        title=N_("What if nobody offers what we need?"),
        texts=(
            N_(
                "Your catalogue editor can make an offering of what is there already, with "
                "your own sizes and questions. Your agency uses it at once; when it has "
                "proved its worth, it can be proposed for all."
            ),
        ),
    ),
    Topic(
        id="roles",
        title=N_("Which roles are there?"),
        texts=(
            N_(
                "Orderers order for their agency, and change and terminate what it has. "
                "Approvers say yes or no where a rule asks for it, never to their own orders."
                " Catalogue editors look after their agency's part of the catalogue. "
                "Operators deliver, auditors check and the service owner answers for it all: "
                "these three see every agency's orders. Roles are given where you sign in, "
                "not here."
            ),
        ),
    ),
    Topic(
        id="program",
        title=N_("Can a program order?"),
        texts=(
            N_(
                "Yes. The interface follows TM Forum's TMF641, version 4.1. It is described "
                "in a file that programs read."
            ),
        ),
        link=("/openapi.json", N_("openapi.json")),
    ),
)
