"""Templates to pages: one Jinja environment per language, strict about every name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orders.model import ENDS, Party
from portal.event_words import EVENTS, WHYS
from portal.menu import menu
from portal.person import Role
from portal.speech import DEFAULT, LANGUAGES, N_, Speech, speeches
from portal.words import ROLES, STATES, TAGS, TONES, stage_word, state_word

HERE = Path(__file__).parent
STATIC = HERE / "static"
ICONS = STATIC / "vendor" / "icons"
# What offerings call their icon, and the file that shows it.
OFFERING_ICONS = {
    "server": "computer",
    "storage": "folder",
    "database": "data",
    "network": "network",
    "desktop": "user",
}
LANGUAGE_COOKIE = "lang"
TOUR_COOKIE = "tour"
# What the tour says, by the page that is shown; see touring.py.
TOUR = {
    "catalogue.html": (
        1,
        N_("Choose a product below. Nothing is ordered by that: you come to its form."),
    ),
    "form.html": (
        2,
        N_(
            "Answer what you can. Help stands beside each field, and price and date change with "
            "your answers. You may keep the form and go on another day."
        ),
    ),
    "review.html": (
        3,
        N_(
            "This is what you are about to order. Change what is wrong; nothing is sent before "
            "you press Send."
        ),
    ),
    "basket.html": (
        3,
        N_(
            "These become one order. Change or remove what is wrong; nothing is sent before you "
            "press Send."
        ),
    ),
    "order.html": (
        4,
        N_(
            "This page follows the order by itself, and says whose turn it is. You may close it: "
            "you find the order again under Orders, and what you got under My things."
        ),
    ),
}
YEAR = 365 * 24 * 3600


class Pages:
    """Makes pages; shared by all requests."""

    def __init__(self) -> None:
        self.speeches = speeches()
        self._environments = {
            language: _environment(speech) for language, speech in self.speeches.items()
        }

    def language(self, request: Request) -> str:
        """What the address asks for, else what was chosen before, else Bokmål."""
        wishes = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
        return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)

    def speech(self, request: Request) -> Speech:
        return self.speeches[self.language(request)]

    def text(self, request: Request, template: str, **context: object) -> str:
        language = self.language(request)
        person = getattr(request.state, "person", None)
        other = next(code for code in LANGUAGES if code != language)
        page = self._environments[language].get_template(template)
        return page.render(
            **context,
            language=language,
            other=other,
            path=request.url.path,
            person=person,
            menu=menu(person),
            tour=TOUR.get(template) if request.cookies.get(TOUR_COOKIE) == "on" else None,
            may_order=person is not None and Role.ORDERER in person.roles,
            switch=f"?{request.url.include_query_params(lang=other).query}",
        )

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        """A whole page. It is nobody else's to keep: it carries the reader's name."""
        text = self.text(request, template, **context)
        response = HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
        response.headers.update(headers or {})
        if request.query_params.get("lang") in LANGUAGES:
            language = self.language(request)
            response.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=YEAR,
                samesite="lax",
                httponly=True,
                secure=request.url.scheme == "https",
            )
        return response


def address(path: str, **asked: object) -> str:
    """`path` with what is asked for; what is empty is left out."""
    query = urlencode({name: value for name, value in asked.items() if value not in {"", None}})
    return f"{path}?{query}" if query else path


def once(title: str) -> str:
    """An order's name, where several of its lines are about the same thing."""
    return ", ".join(dict.fromkeys(title.split(", ")))


@cache
def asset(path: str) -> str:
    """The address of a file of ours, changed when the file changes."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


@cache
def icon(name: str, extra: str = "") -> Markup:
    """A vendored icon, inline, for the eye only."""
    file = ICONS / f"{OFFERING_ICONS.get(name, name)}.svg"
    svg = (file if file.is_file() else ICONS / "cloud.svg").read_text("utf8")
    # The files carry ids, and an id may stand only once on a page.
    start = f'<svg class="icon {extra}" aria-hidden="true" focusable="false"'
    body = svg[svg.index("<svg") + 4 :]
    head, _, rest = body.partition(">")
    kept = " ".join(part for part in head.split() if part.startswith(("xmlns", "fill=")))
    box = head[head.index("viewBox=") :].split('"')[1]
    return Markup(f'{start} {kept} viewBox="{box}">{rest}')  # noqa: S704 - our own files


@cache
def _environment(speech: Speech) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        speech.translations.gettext, speech.translations.ngettext, newstyle=True
    )
    environment.filters["once"] = once
    environment.filters["why"] = lambda why: speech.gettext(WHYS[why]) if why in WHYS else why
    environment.globals.update(speech=speech, address=address, asset=asset, icon=icon)
    environment.globals.update(
        stage_word=stage_word, state_word=state_word, states=STATES, tones=TONES, tags=TAGS
    )
    environment.globals.update(ended=ENDS, parties=Party, roles=ROLES, events=EVENTS)
    return environment
