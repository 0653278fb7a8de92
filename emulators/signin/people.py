"""Who can sign in: demo people, each with an agency and a role, and the programs' client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """`about` is what the sign-in page says of the person, by language."""

    subject: str
    name: str
    email: str
    agency: str
    roles: tuple[str, ...]
    about: Mapping[str, str]

    @property
    def claims(self) -> dict[str, object]:
        return {
            "sub": self.subject,
            "name": self.name,
            "email": self.email,
            "agency": self.agency,
            "roles": list(self.roles),
        }


PEOPLE = {
    person.subject: person
    for person in (
        DemoPerson(
            subject="kari",
            name="Kari Nordmann",
            email="kari.nordmann@bym.example",
            agency="BYM",
            roles=("orderer",),
            about={
                "nb": "Bestiller i Bymiljøetaten (BYM)",
                "en": "Orders for the Agency for Urban Environment (BYM)",
            },
        ),
        DemoPerson(
            subject="ola",
            name="Ola Hansen",
            email="ola.hansen@bym.example",
            agency="BYM",
            roles=("approver",),
            about={
                "nb": "Godkjenner i Bymiljøetaten (BYM)",
                "en": "Approves for the Agency for Urban Environment (BYM)",
            },
        ),
        DemoPerson(
            subject="siri",
            name="Siri Berg",
            email="siri.berg@pbe.example",
            agency="PBE",
            roles=("orderer",),
            about={
                "nb": "Bestiller i Plan- og bygningsetaten (PBE)",
                "en": "Orders for the Planning and Building Agency (PBE)",
            },
        ),
        DemoPerson(
            subject="amina",
            name="Amina Yusuf",
            email="amina.yusuf@uke.example",
            agency="UKE",
            roles=("operator",),
            about={
                "nb": "Drift i Utviklings- og kompetanseetaten (UKE), ser alle bestillinger",
                "en": "Operator at the Agency for Improvement (UKE), sees every order",
            },
        ),
        DemoPerson(
            subject="leif",
            name="Leif Lund",
            email="leif.lund@uke.example",
            agency="UKE",
            roles=("operator",),
            about={
                "nb": "Drift i Utviklings- og kompetanseetaten (UKE), den andre av to",
                "en": "Operator at the Agency for Improvement (UKE), the second of two",
            },
        ),
        DemoPerson(
            subject="per",
            name="Per Revisor",
            email="per.revisor@krv.example",
            agency="KRV",
            roles=("auditor",),
            about={
                "nb": "Revisor i Kommunerevisjonen (KRV), kan bare lese",
                "en": "Auditor (KRV), can only read",
            },
        ),
        DemoPerson(
            subject="eva",
            name="Eva Lie",
            email="eva.lie@bym.example",
            agency="BYM",
            roles=("editor",),
            about={
                "nb": "Lager egne tilbud for Bymiljøetaten (BYM)",
                "en": "Makes offerings of their own for the Agency for Urban Environment (BYM)",
            },
        ),
        DemoPerson(
            subject="tor",
            name="Tor Aas",
            email="tor.aas@uke.example",
            agency="UKE",
            roles=("owner",),
            about={
                "nb": "Eier tjenesten, i Utviklings- og kompetanseetaten (UKE)",
                "en": "Owns the service, at the Agency for Improvement (UKE)",
            },
        ),
        DemoPerson(
            subject="nils",
            name="Nils Ny",
            email="nils.ny@bym.example",
            agency="BYM",
            roles=(),
            about={
                "nb": "Nyansatt i Bymiljøetaten, har ikke fått noen rolle ennå",
                "en": "New in the agency (BYM), has no role yet",
            },
        ),
    )
}

# What a program that signs in with its own secret is taken for.
PROGRAM = DemoPerson(
    subject="grunnmur-cli",
    name="Grunnmur CLI",
    email="grunnmur-cli@bym.example",
    agency="BYM",
    roles=("orderer",),
    about={},
)
