"""Servers that really boot: QEMU guests without root and without KVM, at most four at a time."""

from __future__ import annotations

from emulators.openstack.qemu.guests import Guests, found

__all__ = ["Guests", "found"]
