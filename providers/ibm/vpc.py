"""One VPC of ours as it is found, with its pieces; what it tells as a Resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.ibm import names
from providers.ibm.clients import Clients
from providers.ibm.errors import Refused
from providers.ibm.told import Told, each, reasons, text
from providers.types import Ref, Resource, Status

KIND = "network"
OWN = "gm-own"  # the rule that lets the network itself in, made last
FROM = "gm-from-"
EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """A VPC with its subnets and the rules of its own security group."""

    clients: Clients
    region: str
    found: Told
    subnets: Sequence[Told]
    rules: Sequence[Told]

    @classmethod
    def of(
        cls, clients: Clients, region: str, found: Told, subnets: Mapping[str, Sequence[Told]]
    ) -> Vpc:
        group = text(found, "default_security_group", "id")
        try:
            told = clients.vpc(region, "GET", f"security_groups/{group}")
        except Refused as refused:
            if not refused.absent:  # it goes with the VPC, and a little before
                raise
            told = {}
        return cls(
            clients=clients,
            region=region,
            found=found,
            subnets=subnets.get(text(found, "id"), []),
            rules=each(told, "rules"),
        )

    @property
    def id(self) -> str:
        return text(self.found, "id")

    @property
    def status(self) -> str:
        return text(self.found, "status")

    @property
    def group(self) -> str:
        return text(self.found, "default_security_group", "id")

    @property
    def cidr(self) -> str:
        """The range it was made for; empty while it is not complete."""
        own = (one for one in self.rules if text(one, "name") == OWN)
        return next((text(one, "remote", "cidr_block") for one in own), "")

    @property
    def complete(self) -> bool:
        return bool(self.cidr)

    @property
    def sources(self) -> dict[str, str]:
        """Who else may come in: range -> id of the rule that says so."""
        return {
            text(one, "remote", "cidr_block"): text(one, "id")
            for one in self.rules
            if text(one, "name").startswith(FROM)
        }

    @property
    def holes(self) -> dict[str, str]:
        """Rules that let in the internet, which are never ours: id -> name."""
        return {
            text(one, "id"): text(one, "name")
            for one in self.rules
            if text(one, "direction") == "inbound"
            and text(one, "remote", "cidr_block") == EVERYWHERE
        }

    @property
    def subnet_names(self) -> dict[str, str]:
        """The ranges of its subnets, by the names that the order gave them."""
        before = self.subnet_name("")
        return {
            text(one, "name").removeprefix(before): text(one, "ipv4_cidr_block")
            for one in self.subnets
            if self.made(one)
        }

    def made(self, subnet: Told) -> bool:
        """Whether a subnet in it is of our making: somebody may have put in another."""
        return text(subnet, "name").startswith(self.subnet_name(""))

    def subnet_name(self, name: str) -> str:
        """What a subnet is called at IBM."""
        return f"{text(self.found, 'name')[:42]}-{name}"

    def prefixes(self) -> set[str]:
        path = f"vpcs/{self.id}/address_prefixes"
        return {text(one, "cidr") for one in self.clients.vpcs(self.region, path)}

    @staticmethod
    def rule(cidr: str, name: str = "") -> dict[str, Any]:
        dashed = cidr.replace(".", "-").replace("/", "-")
        return {
            "name": name or f"{FROM}{dashed}",
            "direction": "inbound",
            "ip_version": "ipv4",
            "protocol": "any",
            "remote": {"cidr_block": cidr},
        }

    def resource(self) -> Resource:
        owner, status = names.instance_of(text(self.found, "name")), self._status()
        subnets = sorted(self.subnets, key=lambda one: text(one, "name"))
        told = {
            "network": self.id,
            "name": text(self.found, "name"),
            "cidr": self.cidr,
            "region": self.region,
            "security_group": self.group,
            "subnet": text(subnets[0], "id") if subnets else "",
            "subnets": " ".join(text(one, "id") for one in subnets),
        }
        notes = [] if status is Status.READY else [self._why()]
        if not owner:
            notes.append("does not carry a name of ours")
        return Resource(
            ref=Ref(kind=KIND, region=self.region, id=self.id),
            instance=owner,
            status=status,
            outputs={key: value for key, value in told.items() if value},
            detail="; ".join(notes),
        )

    def _status(self) -> Status:
        found = [self.status, *(text(one, "status") for one in self.subnets)]
        if "failed" in found and "deleting" not in found:
            return Status.FAILED
        whole = self.complete and self.subnets and set(found) == {"available"}
        return Status.READY if whole else Status.PENDING

    def _why(self) -> str:
        if why := reasons(self.found, "health_reasons"):
            return why
        failed = [text(one, "name") for one in self.subnets if text(one, "status") == "failed"]
        if failed:
            return f"IBM could not make subnet {', '.join(failed)}"
        return f"being made or removed: {self.status}, {len(self.subnets)} subnets"


def subnets_by_vpc(clients: Clients, region: str) -> dict[str, list[Told]]:
    """All subnets of a region, in one listing however many networks there are."""
    found: dict[str, list[Told]] = {}
    for one in clients.vpcs(region, "subnets"):
        found.setdefault(text(one, "vpc", "id"), []).append(one)
    return found
