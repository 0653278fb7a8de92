"""A private connection: a carrier's hosted connection, led by a gateway into a network.

Built in this order, the gateway first and last, which stands for all: Direct Connect gateway,
virtual private gateway at the network, association of both, the carrier's connection (which is
accepted here when it comes), a private virtual interface over it, and routes. `apply` takes every
step that has become possible; nothing waits. What the carrier is asked for stands in a tag of the
gateway; it is no secret. The key of the routers' session is AWS's to make and is never read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from threading import Lock
from typing import Any

from providers.aws import circuit, names, standing, tags, told
from providers.aws.circuit import Seen
from providers.aws.clients import Clients
from providers.aws.pieces import Pieces
from providers.errors import Conflict
from providers.types import Change, Ref, Resource, Spec, Status

KIND = circuit.KIND


class PrivateConnection:
    """The five verbs for kind `private-connection`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str]) -> None:
        self._clients = clients
        self._regions = tuple(regions)
        # nothing at AWS keeps two threads of ours from making a gateway each, of either sort
        self._making = Lock()

    def preview(self, spec: Spec) -> Sequence[Change]:
        pieces = self._in(spec)
        gateway = pieces.find(spec)
        if gateway is None:
            fields = asdict(circuit.wanted(spec))
            return [Change(field=k, actual=None, wanted=_plain(v)) for k, v in fields.items()]
        return circuit.changes(pieces.look(gateway), spec)

    def apply(self, spec: Spec) -> Resource:
        pieces = self._in(spec)
        with self._making:
            return self._step(pieces, spec)

    def read(self, ref: Ref) -> Resource | None:
        pieces = self._pieces(ref.region)
        gateway = pieces.get(ref.id)
        return None if gateway is None else standing.resource(pieces.look(gateway), ref.region)

    def delete(self, ref: Ref) -> None:
        pieces = self._pieces(ref.region)
        gateway = pieces.get(ref.id)
        if gateway is None:
            return
        seen = pieces.look(gateway)
        if not seen.owner:
            raise Conflict(
                f"gateway {ref.id} does not carry our tag {tags.OWNERSHIP}, so it is not removed; "
                "put the tag back, or remove it by hand"
            )
        pieces.unbuild(seen)

    def inventory(self) -> Iterator[Resource]:
        for gateway in self._pieces(self._regions[0]).gateways():
            found = Seen(gateway=gateway)
            region = circuit.labels(gateway).get(circuit.REGION, "")
            if found.owner and region in self._regions:
                yield standing.resource(self._pieces(region).look(gateway), region)

    def _step(self, pieces: Pieces, spec: Spec) -> Resource:
        """Take every step that is possible now."""
        gateway = pieces.find(spec) or pieces.start(spec)
        seen = pieces.look(gateway)
        now = standing.resource(seen, spec.region)
        leaving = told.text(gateway, "directConnectGatewayState") == "deleting"
        if leaving or now.status is Status.FAILED:
            return now
        changes = circuit.changes(seen, spec)
        names.check_in_place(changes, now.ref)
        if pieces.step(seen, spec):
            seen = pieces.look(gateway)
        if standing.resource(seen, spec.region).status is Status.READY and changes:
            pieces.mend(seen, spec, {change.field for change in changes})
            seen = pieces.look(pieces.get(now.ref.id) or gateway)
        return standing.resource(seen, spec.region)

    def _in(self, spec: Spec) -> Pieces:
        """The pieces in the spec's region, after everything that can be checked without them."""
        circuit.wanted(spec)
        circuit.as_list(spec)
        names.name(spec)
        names.check_region(spec, self._regions)
        return self._pieces(spec.region)

    def _pieces(self, region: str) -> Pieces:
        of = self._clients.of
        return Pieces(of("directconnect", region), of("ec2", region))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    return list(value) if isinstance(value, tuple) else value
