"""Fetches the portal's style, font and icons at fixed versions into portal/static/vendor.

A development tool: the product never runs it and needs no npm. Every package is checked against
its hash; addresses of a content delivery network are rewritten to our own files; the typeface
Oslo Sans, licensed to the municipality of Oslo alone, is left out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "portal" / "static" / "vendor"
SIGN_IN = ROOT / "emulators" / "signin" / "static"
PACKAGES = {
    "@oslokommune/punkt-css@16.8.2": (
        "0uPu46/PNmt4rJNcbyUKqmJuIW4B6xxN3VCisGoV3XP5oMm1o/EN4rQx6T1H/FibDqyeXLkeLPMro+E8vtXUBg=="
    ),
    "@oslokommune/punkt-assets@13.16.0": (
        "3ShCHvQwFIjVV+keIf/6R1vYAG9dHJQfnLla9MtOyY7SnG9m4JpIVJ/CKEKRb/LmXwmQ9HUKQEdHunxucEbGQQ=="
    ),
    "@fontsource-variable/source-sans-3@5.3.0": (
        "dpi0GZk7EQe2tYpg6Q0Fx0OmUgnuGu+0rHPgtXqtKhglYmJuP7jZ12Mu1uN+NfRaJRY1Emn8AQJEWzmoZ4wa9g=="
    ),
}
CSS, ASSETS, FONT = PACKAGES
# What our templates and offerings name; those the style sheet itself points at are added.
ICONS = (
    "alert-error", "alert-information", "alert-success", "alert-warning", "arrow",
    "check-medium", "clock", "cloud", "computer", "data", "folder", "network", "processing",
    "user", "lock-locked", "magnifying-glass-big",
)  # fmt: skip
SUBSETS = ("latin-ext", "latin")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        found = {name: fetch(name, Path(temporary)) for name in PACKAGES}
        shutil.rmtree(OUT, ignore_errors=True)
        for folder in ("fonts", "icons", "licences"):
            (OUT / folder).mkdir(parents=True)
        icons = style(found[CSS], found[FONT]) | {f"{name}.svg" for name in ICONS}
        for icon in sorted(icons):
            shutil.copy(found[ASSETS] / "dist" / "icons" / icon, OUT / "icons" / icon)
        for name, folder in found.items():
            plain = name.rsplit("/", 1)[1].rsplit("@", 1)[0]
            shutil.copy(folder / "LICENSE", OUT / "licences" / f"{plain}.txt")
        font = found[FONT] / "files" / "source-sans-3-latin-wght-normal.woff2"
        shutil.copy(font, SIGN_IN / "source-sans-3.woff2")
        shutil.copy(found[FONT] / "LICENSE", SIGN_IN / "source-sans-3.txt")
    manifest()


def fetch(name: str, folder: Path) -> Path:
    """The unpacked package, its hash checked."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", "--json", "--pack-destination", str(folder), name],  # noqa: S607 - development tool, npm from the path
        check=True,
        capture_output=True,
    )
    answer = json.loads(packed.stdout)
    entry = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    archive = folder / entry["filename"]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != PACKAGES[name]:
        raise SystemExit(f"{name}: the hash is {digest}, not the one in {Path(__file__).name}")
    target = folder / entry["filename"].removesuffix(".tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def style(css: Path, font: Path) -> set[str]:
    """Write punkt.css with our font in place of theirs; the icons it points at."""
    text = (css / "dist" / "css" / "pkt.min.css").read_text("utf8")
    address = r"https://punkt-cdn\.oslo\.kommune\.no/[\d.]+/icons/"
    icons = set(re.findall(address + r"([a-z-]+\.svg)", text))
    text = re.sub(address, "icons/", text)
    text = re.sub(r"@font-face\{[^}]*Oslo[^}]*\}", "", text)
    text = re.sub(r"'?Oslo (Sans|Icons)'?", '"Source Sans 3"', text)
    (OUT / "punkt.css").write_text(faces(font) + text, "utf8")
    return icons


def faces(font: Path) -> str:
    """The font-face rules for our subsets, the files copied."""
    rules = (font / "wght.css").read_text("utf8")
    out = []
    for subset in SUBSETS:
        file = f"source-sans-3-{subset}-wght-normal.woff2"
        shutil.copy(font / "files" / file, OUT / "fonts" / file)
        rule = re.search(
            r"/\* source-sans-3-" + subset + r"-wght-normal \*/\s*(@font-face \{.*?\})",
            rules,
            re.DOTALL,
        )
        if rule is None:
            raise SystemExit(f"{file}: no font-face rule in the package")
        text = (
            rule[1].replace("./files/", "fonts/").replace("Source Sans 3 Variable", "Source Sans 3")
        )
        out.append(re.sub(r"\s+", " ", text) + "\n")
    return "".join(out)


def manifest() -> None:
    """What was vendored and its hashes, so that a changed file is seen."""
    files = {
        str(path.relative_to(OUT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(OUT.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({"packages": list(PACKAGES), "files": files}, indent=1)
    (OUT / "manifest.json").write_text(text + "\n", "utf8")
    print(f"{len(files)} files in {OUT}")


if __name__ == "__main__":
    main()
