"""Where IBM's services are for one account.

IBM's own, unless the account says otherwise: one ENDPOINT for all of them, as the emulator has
it, or one for each, where `{region}` stands for the region's name. A platform under a contract of
its own, in Norway say, is these settings and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from providers.accounts import Account
from providers.accounts import account as checked
from providers.errors import NotAuthorised

# service -> its setting, IBM's own address, and where it stands below one ENDPOINT for all
PLACES = {
    "vpc": ("VPC_ENDPOINT", "https://{region}.iaas.cloud.ibm.com/v1", "/{region}/v1"),
    "storage": (
        "STORAGE_ENDPOINT",
        "https://s3.{region}.cloud-object-storage.appdomain.cloud",
        "/{region}/cos",
    ),
    "directlink": ("DIRECTLINK_ENDPOINT", "https://directlink.cloud.ibm.com/v1", "/dl/v1"),
    "tagging": ("TAGGING_ENDPOINT", "https://tags.global-search-tagging.cloud.ibm.com/v3", "/v3"),
    "search": ("SEARCH_ENDPOINT", "https://api.global-search-tagging.cloud.ibm.com/v3", "/v3"),
    "iam": ("IAM_ENDPOINT", "https://iam.cloud.ibm.com", ""),
}
SETTINGS = (*(name for name, _, _ in PLACES.values()), "STORAGE", "RESOURCE_GROUP")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses by service, with `{region}` where the region's name goes."""

    by_service: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, account: Account) -> Endpoints:
        """Raises NotAuthorised, naming the setting, for an address that cannot be right."""
        found = []
        for service, (setting, own, below) in PLACES.items():
            told = account.own(setting)
            if told:
                _check(account.alias, setting, told, regional="{region}" in own)
            usual = f"{account.endpoint.rstrip('/')}{below}" if account.endpoint else own
            if service == "search" and account.own("TAGGING_ENDPOINT"):
                usual = ""  # tags of another place: IBM's own search knows none of them
            found.append((service, (told or usual).rstrip("/")))
        return cls(tuple(found))

    def at(self, service: str, region: str = "") -> str:
        """Empty for a service that is not there: of all, a search of tags may be missing."""
        return dict(self.by_service)[service].replace("{region}", region)


def _check(alias: str, setting: str, address: str, *, regional: bool) -> None:
    """The same that is asked of an ENDPOINT, and nothing in braces but a region's name."""
    variable, name = "GRUNNMUR_ACCOUNT_A_IBM_ENDPOINT", f"account {alias}: its IBM_{setting}"
    plain = address.replace("{region}", "region") if regional else address
    try:
        checked("a", "ibm", {variable: plain})
    except NotAuthorised as wrong:
        why = str(wrong).removeprefix(f"{variable}: ")
        raise NotAuthorised(f"{name}: {why}") from None
    if "{" in plain or "}" in plain:
        may = "only {region} stands in braces" if regional else "it has no region, so no braces"
        raise NotAuthorised(f"{name}: {may}")
