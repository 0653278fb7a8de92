"""What people see and what forms carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from emulators.signin.people import DemoPerson

HERE = Path(__file__).parent
STATIC = HERE / "static"
NO_STORE = {"Cache-Control": "no-store"}
# No form-action here: browsers apply it to the redirect back to the client too.
HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Question(BaseModel):
    """What a client asks at the authorization endpoint."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    state: str = ""
    nonce: str = ""
    scope: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    ui_locales: str = ""
    prompt: str = ""


QUESTION = tuple(Question.model_fields)


class Choice(Question):
    """The question again, with the person that was chosen."""

    subject: str = ""


class TokenForm(BaseModel):
    """What a client posts to the token endpoint."""

    grant_type: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    client_id: str = ""
    client_secret: str = ""


_WORDS: Mapping[str, Mapping[str, str]] = {
    "nb": {
        "title": "Hvem vil du være?",
        "lead": "Dette er en demoinnlogging. I drift logger alle inn med sin vanlige konto.",
        "sign_in": "Logg inn som",
        "other": "English",
        "done": "Du er logget ut",
        "done_lead": "Du kan lukke siden.",
    },
    "en": {
        "title": "Who do you want to be?",
        "lead": "This is a demo sign-in. In production everyone signs in with their own account.",
        "sign_in": "Sign in as",
        "other": "Norsk",
        "done": "You are signed out",
        "done_lead": "You may close this page.",
    },
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def sign_in(people: Iterable[DemoPerson], question: Mapping[str, str]) -> str:
    language = next((one for one in question["ui_locales"].split() if one in _WORDS), "nb")
    other = "en" if language == "nb" else "nb"
    return _TEMPLATES.get_template("sign_in.html").render(
        people=list(people),
        question=question,
        switched={**question, "ui_locales": other},
        language=language,
        other=other,
        words=_WORDS[language],
    )


def signed_out() -> str:
    return _TEMPLATES.get_template("signed_out.html").render(language="nb", words=_WORDS["nb"])
