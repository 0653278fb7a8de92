"""No page in Bokmål says in English what the same page says in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from starlette.testclient import TestClient
from typing_extensions import override

from fixtures.every_page import WRONG, looked_at
from fixtures.full_portal import visiting
from fixtures.portal_served import ServedPortal

VOID = {"input", "img", "br", "link", "meta", "hr", "source"}
SAID = ("aria-label", "title", "placeholder", "alt", "data-busy", "data-label")
# What is typed or quoted, not said by us.
QUOTES = {"textarea", "q", "code", "pre", "script", "style", "svg"}
# Words that English has and Bokmål has not; a name of a place or a person holds none of them.
ENGLISH = re.compile(
    r"\b(the|are|of|and|with|not|you|we|it|this|that|was|has|have|be|may|your|our|no|left|by)\b",
    re.IGNORECASE,
)
LEAST = 3  # words: shorter ones are names and figures
# Whole files are shown as they are.
FILES = ("/changes",)


class Words(HTMLParser):
    """What a page says in its own language, sentence by sentence."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self._language = language
        self._open: list[tuple[str, bool]] = []
        self.said: set[str] = set()
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        other = given.get("lang", self._language) != self._language
        if tag not in VOID:
            self._open.append((tag, other or tag in QUOTES))
        if not self._aside and not other:
            for name in SAID:
                self.handle_data(given.get(name, ""))

    @override
    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    @override
    def handle_data(self, data: str) -> None:
        if self._aside:
            return
        for sentence in re.split(r"(?<=[.!?:])\s+", " ".join(data.split())):
            if len(re.findall(r"[^\W\d_]{2,}", sentence)) >= LEAST:
                self.said.add(sentence)

    @property
    def _aside(self) -> bool:
        return any(aside for _, aside in self._open)


def left_in_english(pages: dict[str, str]) -> set[str]:
    """What both say alike, and is English; `pages` by language."""
    nb, en = (Words(pages[language], language).said for language in ("nb", "en"))
    return {one for one in nb & en if ENGLISH.search(one)}


def in_both(client: TestClient, address: str, form: dict[str, str] | None = None) -> dict[str, str]:
    found = {}
    for language in ("nb", "en"):
        client.cookies.set("lang", language)
        answer = client.post(address, data=form) if form else client.get(address)
        assert answer.status_code < 500, address
        found[language] = answer.text
    return found


def test_the_reader_of_words_sees_what_is_english() -> None:
    page = (
        '<html lang="nb"><p>It is <b>not</b> for you to say.</p><p lang="en">This is of no use.</p>'
    )
    english = page.replace('lang="nb"', 'lang="en"', 1)
    assert left_in_english({"nb": page, "en": english}) == {"for you to say."}


def test_no_page_in_bokmaal_is_left_in_english(served: ServedPortal, full: dict[str, str]) -> None:
    left: dict[str, set[str]] = {}
    with visiting(served) as of:
        clients = {who: of(who) for who in {who for who, _ in looked_at()}}
        for who, address in looked_at():
            if not address.endswith(FILES):
                pages = in_both(clients[who], address.format(**full))
                left[f"{who} {address}"] = left_in_english(pages)
        for address, (who, form) in WRONG.items():
            pages = in_both(clients[who], address.format(**full), form)
            left[f"{address}, sent wrong"] = left_in_english(pages)
    assert {where: said for where, said in left.items() if said} == {}
