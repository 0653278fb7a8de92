"""Delivers what the hub has written down: signed, in order, again and again until it is heard."""

from __future__ import annotations

import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

import httpx

from ledger import LedgerError
from ledger.hub import TAKEN, Letter
from portal.house import House
from portal.tmf import hub
from portal.tmf.answer import View
from portal.tmf.telling import Notice, notices

SIGNATURE = "Grunnmur-Signature"
SECONDS = 10.0  # that a listener has to answer
FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
GIVEN_UP = timedelta(days=1)
IDLE = 1.0

log = logging.getLogger("portal.messenger")


class Refused(Exception):
    """The listener does not take it; the text says what it answered."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class Messenger:
    """One for each portal process; two of them share the letters between them."""

    def __init__(
        self,
        house: House,
        http: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house = house
        self._clock = clock
        self._http = http or httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(SECONDS + IDLE)
        self._http.close()

    def deliver(self) -> int:
        """Try every letter that is due, once; how many there were.

        What slow listeners leave no time for is due again when it is not ours any more.
        """
        ours_until = self._clock() + TAKEN.total_seconds() - SECONDS
        letters = self._house.ledger.hub.take(self._house.now())
        for letter in letters:
            if self._end.is_set() or self._clock() > ours_until:
                break
            self._deliver(letter)
        return len(letters)

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                busy = self.deliver() > 0
            except LedgerError as error:
                log.warning("the ledger does not answer: %s", error)
                busy = False
            except Exception:  # nobody would be told anything any more
                log.exception("the round of notices broke off")
                busy = False
            if not busy:
                self._end.wait(IDLE)

    def _deliver(self, letter: Letter) -> None:
        now, book = self._house.now(), self._house.ledger.hub
        try:
            for notice in self._notices(letter):
                self._post(letter, notice, now)
        except Refused as refused:
            subscription = letter.subscription
            log.warning("listener %s of order %s: %s", subscription.id, letter.order, refused)
            if refused.gone:
                book.unsubscribe(subscription.id)
            else:
                book.failed(letter, now, again_at(letter, now))
        except LedgerError:
            raise
        except Exception:  # one letter that cannot be written must not end all others
            log.exception("order %s cannot be told", letter.order)
            book.failed(letter, now, again_at(letter, now))
        else:
            book.delivered(letter)

    def _notices(self, letter: Letter) -> list[Notice]:
        house = self._house
        view = View(
            url=house.settings.url,
            catalog=house.catalog,
            history=house.ledger.history(letter.order),
            ended_at=None,
            now=house.now(),
        )
        wanted = hub.types(letter.subscription.query)
        return [one for one in notices(view, letter.first, letter.last) if one.type in wanted]

    def _post(self, letter: Letter, notice: Notice, now: datetime) -> None:
        if not hub.house_may_call(self._house, letter.subscription):
            raise Refused("its host may not be called any more")
        body = json.dumps(notice.body, ensure_ascii=False).encode()
        secret = hub.signing_secret(self._house.settings.hub_secret, letter.subscription.id)
        headers = {"Content-Type": "application/json", SIGNATURE: signature(secret, body, now)}
        address = letter.subscription.callback + notice.path
        try:
            answer = self._http.post(address, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Refused(f"{type(error).__name__}") from error
        if answer.status_code == HTTPStatus.GONE:
            raise Refused("it is gone, and is told no more", gone=True)
        if not answer.is_success:
            raise Refused(f"it answered {answer.status_code}")


def signature(secret: str, body: bytes, now: datetime) -> str:
    """`t=<seconds>,v1=<hex>`: an HMAC with SHA-256 over the seconds, a dot and the body."""
    seconds = str(int(now.timestamp()))
    signed = hmac.new(secret.encode(), seconds.encode() + b"." + body, sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def again_at(letter: Letter, now: datetime) -> datetime | None:
    """Twice as long each time, up to an hour; None when it has failed for a day."""
    failing = letter.subscription.failing_since
    if failing is not None and now - failing > GIVEN_UP:
        return None
    wait: timedelta = FIRST * 2 ** min(letter.tries - 1, 12)
    return now + min(LONGEST, wait)
