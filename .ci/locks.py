"""Fails if a lock names a server or holds a package without its hash: each machine knows where packages come from."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,._-]+\])?==[^ ;]+( ; .+)? \\$", re.IGNORECASE)


def faults_of_requirements(text: str) -> list[str]:
    """What is wrong in a requirements.lock: an address, an option, or a package without version and hash."""
    faults = [f"requirements.lock names a server: {line}" for line in text.splitlines() if "://" in line]
    for block in re.split(r"\n(?=\S)", text.strip()):
        first = block.splitlines()[0]
        if first.startswith("#"):
            continue
        if not PINNED.match(first):
            faults.append(f"requirements.lock: not a pinned package with hashes: {first}")
        elif "--hash=sha256:" not in block:
            faults.append(f"requirements.lock: without hash: {first}")
    return faults


def faults_of_packages(text: str) -> list[str]:
    """What is wrong in a package-lock.json: an address to download from, or a package without its digest."""
    faults = []
    for path, package in json.loads(text)["packages"].items():
        if "resolved" in package:
            faults.append(f"package-lock.json names a server for {path}")
        if path and "integrity" not in package:
            faults.append(f"package-lock.json: without digest: {path}")
    return faults


def main() -> int:
    """Check both locks and say how many packages they hold."""
    requirements = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    faults = faults_of_requirements(requirements) + faults_of_packages(packages)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if not faults:
        counts = requirements.count("=="), len(json.loads(packages)["packages"]) - 1
        sys.stdout.write("  {} paquetes de Python y {} de npm, todos con huella y sin servidor\n".format(*counts))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
