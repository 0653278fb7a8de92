"""The use cases, at one door. They are the only writers of the ledger."""

from orders.expiry import extend, warn
from orders.recording import TRIES, decide, place, record, settle_dependents
from orders.steering import (
    Question,
    answer,
    answer_survey,
    approve,
    ask,
    assign,
    cancel,
    follow_up,
    hold,
    post,
    quote_again,
    refuse,
    release,
)

__all__ = [
    "TRIES",
    "Question",
    "answer",
    "answer_survey",
    "approve",
    "ask",
    "assign",
    "cancel",
    "decide",
    "extend",
    "follow_up",
    "hold",
    "place",
    "post",
    "quote_again",
    "record",
    "refuse",
    "release",
    "settle_dependents",
    "warn",
]
