"""Nova's own fake hypervisor, with what a test must be able to tell it.

A server whose build is to fail finds a file with the reason; its console says what the script in
its cloud-config would say there when it is done. All else is Nova's.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import nova.conf
from nova import exception
from nova.virt import fake

SAID = re.compile(r'echo \\?"([^"$\\]+)\\?" >/dev/console')
FAILS = "next-build-fails"


class ToldDriver(fake.FakeDriver):
    def get_nodenames_by_uuid(self, refresh=False):  # noqa: FBT002 - Nova's interface
        """The same after a restart: Nova's own fake draws them anew."""
        return {_same(name): name for name in self.get_available_nodes()}

    def get_available_resource(self, nodename):
        return super().get_available_resource(nodename) | {"uuid": _same(nodename)}

    def spawn(self, context, instance, *more, **named):
        reason = self._told()
        if reason:
            raise exception.BuildAbortException(instance_uuid=instance.uuid, reason=reason)
        super().spawn(context, instance, *more, **named)

    def get_console_output(self, context, instance):
        told = base64.b64decode(instance.user_data or "").decode(errors="replace")
        return "\n".join(["nothing really runs here", *SAID.findall(told)[-1:]])

    def _told(self):
        """Why this build is to fail; each reason is for one."""
        file = Path(nova.conf.CONF.state_path) / FAILS
        taken = file.with_suffix(".taken")
        try:
            file.rename(taken)
        except FileNotFoundError:
            return ""
        return taken.read_text()


def _same(name):
    return str(uuid5(NAMESPACE_URL, name))
