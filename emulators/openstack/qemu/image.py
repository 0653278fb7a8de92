"""The kernel and the first disk of every guest: Debian's own, fetched once with apt, built here.

No root is needed: packages are downloaded and unpacked into a folder of ours, and what a guest
needs of them is packed into one archive. What cannot be had is told in one sentence.
"""

from __future__ import annotations

import lzma
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from emulators.openstack.qemu.archive import Entry, packed
from emulators.openstack.qemu.program import Failed, run

KERNEL = "linux-image-cloud-amd64"
# a shell and a web server; SSH, and the libraries it stands on
PACKAGES = ("busybox-static", "dropbear-bin", "libtomcrypt1", "libtommath1", "libgmp10")
LIBRARIES = ("libcrypt1", "zlib1g", "libc6")
MODULES = ("virtio_pci", "virtio_net", "virtio_rng", "virtio_blk")
PROGRAMS = {"bin/busybox": "bin/busybox", "usr/sbin/dropbear": "usr/sbin/dropbear"}
NEEDED = ("libtomcrypt", "libtommath", "libgmp", "libcrypt", "libz", "libc", "libutil")
LOADER = "ld-linux-x86-64.so.2"
PATIENCE = 300.0  # seconds for one program
INIT = Path(__file__).with_name("init.sh")
DEPENDS = re.compile(rb"(?:^|\0)depends=([^\0]*)\0")


class NoImage(Exception):
    """A guest's system cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Image:
    """`root`: a whole system, for a disk of its own, that `disk` goes over to."""

    kernel: Path
    disk: Path
    root: Path | None = None


def image(folder: Path, end: Event) -> Image:
    """The image kept in `folder`; made when it is not there.

    Raises NoImage, and program.Ended soon after `end` is set.
    """
    made = Image(folder / "vmlinuz", folder / "initrd-2.gz")
    if made.kernel.exists() and made.disk.exists():
        return made
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    try:
        (work / "root").mkdir(parents=True)
        _unpack(work, end)
        _build(work / "root", made)
    except Failed as error:
        raise NoImage(str(error)) from None
    except OSError as error:
        raise NoImage(f"a guest's system cannot be built in {folder}: {error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return made


def _unpack(work: Path, end: Event) -> None:
    def do(*command: str) -> str:
        return run(command, work, PATIENCE, end)

    found = re.search(r"Depends: (linux-image-\S+)", do("apt-cache", "depends", KERNEL))
    if found is None:
        raise NoImage(f"apt knows no {KERNEL}: run apt-get update once")
    do("apt-get", "download", "-q", found[1], *PACKAGES, *LIBRARIES)
    for package in work.glob("*.deb"):
        do("dpkg-deb", "-x", str(package), "root")


def _build(root: Path, made: Image) -> None:
    entries = {"init": Entry(INIT.read_bytes(), 0o755)}
    for name, source in PROGRAMS.items():
        entries[name] = Entry((root / source).read_bytes(), 0o755)
    entries |= _libraries(root) | _modules(root)
    entries["etc/passwd"] = Entry(b"root:x:0:0:root:/root:/bin/sh\n")
    entries["etc/group"] = Entry(b"root:x:0:\n")
    entries["etc/shells"] = Entry(b"/bin/sh\n")
    entries["bin/sh"] = Entry(b"busybox", 0o777, link=True)
    for mount in ("proc", "sys", "dev"):
        entries[f"{mount}/.kept"] = Entry(b"")
    kernel = next((root / "boot").glob("vmlinuz-*"))
    part = made.disk.with_suffix(".part")
    part.write_bytes(packed(entries))
    shutil.copyfile(kernel, made.kernel)
    part.replace(made.disk)


def _libraries(root: Path) -> dict[str, Entry]:
    """Each by the name that programs look for, such as libc.so.6."""
    found: dict[str, Entry] = {}
    for file in [*root.rglob("lib*.so*"), *root.rglob(LOADER)]:
        name = file.name
        if name == LOADER:
            found[f"lib64/{LOADER}"] = Entry(file.read_bytes(), 0o755)
        elif re.fullmatch(rf"({'|'.join(NEEDED)})\.so\.\d+", name):
            found[f"lib/x86_64-linux-gnu/{name}"] = Entry(file.read_bytes(), 0o755)
    return found


def _modules(root: Path) -> dict[str, Entry]:
    """The drivers of a guest's devices, and the order to load them in; built-in ones need none."""
    there = {
        file.name.partition(".")[0].replace("-", "_"): file
        for file in root.glob("lib/modules/*/kernel/**/*.ko*")
    }
    order: dict[str, bytes] = {}

    def add(name: str) -> None:
        if name not in there or name in order:
            return
        data = there[name].read_bytes()
        code = lzma.decompress(data) if there[name].suffix == ".xz" else data
        needs = DEPENDS.search(code)
        for other in needs[1].decode().split(",") if needs else ():
            add(other.replace("-", "_"))
        order[name] = code

    for name in MODULES:
        add(name)
    files = {f"lib/modules/{name}.ko": Entry(code) for name, code in order.items()}
    return files | {"lib/modules/order": Entry(" ".join(f"{n}.ko" for n in order).encode())}
