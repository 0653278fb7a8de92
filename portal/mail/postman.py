"""Writes what is to be written and carries what lies there, in the portal's process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from ledger import LedgerError
from ledger.mails import Outgoing
from portal.house import House
from portal.mail.carrying import Carry, NotCarried

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
GIVEN_UP = timedelta(days=3)
IDLE = 2.0
PATIENCE = 30.0  # seconds that a mail on its way gets to arrive when the portal ends

log = logging.getLogger("portal.mail")
Write = Callable[[House], int]


class Postman:
    """One for each portal process; two of them share the mails between them."""

    def __init__(self, house: House, carry: Carry, write: Write | None = None) -> None:
        self._house = house
        self._carry = carry
        self._write = write
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def round(self) -> int:
        """Write what has come up, then carry all that is due; how many were carried."""
        if self._write:
            self._write(self._house)
        carried = 0
        while not self._end.is_set() and (mail := self._house.ledger.mails.take(self._house.now())):
            try:
                self._carry(mail, self._house.now())
            except NotCarried as trouble:
                self._failed(mail, trouble)
                if trouble.away:
                    break
            else:
                self._house.ledger.mails.sent(mail, self._house.now())
                carried += 1
        return carried

    def _failed(self, mail: Outgoing, trouble: NotCarried) -> None:
        now = self._house.now()
        again = None if trouble.final else again_at(mail, now)
        # Never the address: whom we write to is nobody's business in a log.
        what = "given up" if again is None else "tried again later"
        log.warning("mail %s is not sent (%s): %s", mail.key, what, trouble)
        self._house.ledger.mails.failed(mail, str(trouble), again)

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self.round()
            except LedgerError as error:
                log.warning("the ledger does not answer: %s", error)
            except Exception:  # one mail that cannot be written must not end all others
                log.exception("the round of mails broke off")
            self._end.wait(IDLE)


def again_at(mail: Outgoing, now: datetime) -> datetime | None:
    """Twice as long each time, up to an hour; None when it has been tried for days."""
    if now - mail.written_at > GIVEN_UP:
        return None
    wait: timedelta = FIRST * 2 ** min(mail.tries - 1, 12)
    return now + min(LONGEST, wait)
