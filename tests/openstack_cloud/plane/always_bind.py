"""A mechanism driver of Neutron's that binds every port: there is no agent to do it.

Addresses, security groups, routers, pools and quotas are Neutron's own.
"""

from __future__ import annotations

from pathlib import Path

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api

ENTRY = "[neutron.ml2.mechanism_drivers]\nalways_bind = always_bind:AlwaysBind\n"
METADATA = "Metadata-Version: 2.1\nName: always-bind\nVersion: 1\n"


class AlwaysBind(api.MechanismDriver):
    def initialize(self):
        """Nothing to set up."""

    @property
    def connectivity(self):
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        segment = context.segments_to_bind[0]
        told = {portbindings.CAP_PORT_FILTER: True}
        active = constants.PORT_STATUS_ACTIVE
        context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OVS, told, status=active)


def register(folder: Path) -> Path:
    """A folder for sys.path in which Neutron finds the driver by its name."""
    info = folder / "plugins" / "always_bind-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY)
    return info.parent
