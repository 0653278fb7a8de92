"""Whose account an order is delivered in: by agency, environment and provider, from a file.

```yaml
BYM:
  prod: {aws: bym-prod, azure: bym-prod}
  "*": {aws: bym-test, azure: bym-test}
"*":
  "*": {aws: sandbox, azure: sandbox, gcp: sandbox}
```

The first key is the agency, the second the answer `environment`, `*` everybody else and everything
else. Aliases only: what stands behind one is told to the worker alone (`providers.accounts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.source import Source, dotted, read

OTHERS = "*"
VARIABLE = "GRUNNMUR_LANDING_ZONES"

_ALIAS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Accounts = Mapping[str, str]  # provider -> alias


class LandingZonesWrong(ValueError):
    """The file cannot be used; the message has a line for each thing that is wrong."""


@dataclass(frozen=True, slots=True)
class LandingZones:
    """agency -> environment -> provider -> alias; empty when there is no file."""

    zones: Mapping[str, Mapping[str, Accounts]] = field(
        default_factory=dict[str, "Mapping[str, Accounts]"]
    )

    def alias(self, agency: str, environment: str, provider: str) -> str | None:
        """The account to deliver in; None without a file: then the offering's own is meant.

        What is said of the agency comes before what is said of others, and there likewise for the
        environment.
        """
        for who in (agency, OTHERS):
            for what in (environment, OTHERS):
                if alias := self.zones.get(who, {}).get(what, {}).get(provider):
                    return alias
        return None


def from_environment(environment: Mapping[str, str], providers: set[str]) -> LandingZones:
    """The zones in the file that GRUNNMUR_LANDING_ZONES names; none without it.

    Raises LandingZonesWrong, also when one of `providers` has no account for everybody else: an
    order must not end up in an account that nobody chose.
    """
    named = environment.get(VARIABLE)
    if not named:
        return LandingZones()
    try:
        content = Path(named).read_bytes()
    except OSError as error:
        raise LandingZonesWrong(f"{VARIABLE}: {named}: {error.strerror or error}") from None
    return _read(content, Path(named).name, providers)


def _read(content: bytes, name: str, providers: set[str]) -> LandingZones:
    source = read(content)
    wrong = [(flaw.line, flaw.english) for flaw in source.flaws]
    wrong += _wrong(source, providers)
    if wrong:
        raise LandingZonesWrong("\n".join(f"{name}:{line}: {why}" for line, why in wrong))
    return LandingZones(source.data)


def _wrong(source: Source, providers: set[str]) -> Iterator[tuple[int, str]]:
    """Line and reason; English, as only who starts the house reads it."""
    if source.data is None:
        return
    found = dict(_aliases(source.data, ()))
    for path, value in found.items():
        place = f"{dotted(path)}: "
        if len(path) != len(("agency", "environment", "provider")):
            yield source.line(path), f"{place}write agency, environment, provider: alias"
        elif path[2] not in providers:
            known = ", ".join(sorted(providers))
            yield source.line(path), f"{place}the catalogue delivers by: {known}"
        elif not isinstance(value, str) or not _ALIAS.fullmatch(value):
            reason = "an alias has small letters, digits and single hyphens"
            yield source.line(path), place + reason
    for provider in sorted(providers):
        if (OTHERS, OTHERS, provider) not in found:
            reason = (
                f'everybody else has no account at {provider}: add "*": {{"*": {{{provider}: …}}}}'
            )
            yield 1, reason


def _aliases(data: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(data, Mapping) and data:
        for key, value in data.items():
            yield from _aliases(value, (*path, str(key)))
    else:
        yield path, data
