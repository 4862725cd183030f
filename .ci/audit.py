"""Asks pip-audit for the known vulnerabilities of every package of requirements.lock.

Fails if there is one, or if only a part of the lock was looked at. Where the network does not reach the database of
vulnerabilities, or a mirror answers that it knows none of the packages, nothing can be said: it says so, and only
that is forgiven.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
NOT_AUDITED = "  SIN AUDITAR: esta red no llega a la base de vulnerabilidades; repita make audit donde llegue.\n"
UNREACHABLE = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|NameResolutionError|Max retries exceeded"
    r"|ServiceError|Failed to (?:establish|resolve)|HTTPError: 4\d\d|HTTPError: 5\d\d|timed out",
    re.IGNORECASE,
)


def locked_packages() -> set[str]:
    """The names in the lock, in the form that the index gives them."""
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def main() -> int:
    """Audit the lock; the exit status says whether it may be used."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip",
            "--format", "json", "--output", str(report), "--progress-spinner", "off", "--timeout", "30",
        ]  # fmt: skip
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        if not report.exists():
            if UNREACHABLE.search(answer.stderr):
                sys.stdout.write(NOT_AUDITED)
                return 0
            sys.stderr.write(answer.stderr)
            return 1
        packages = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    audited = {re.sub(r"[-_.]+", "-", package["name"]).lower() for package in packages if "vulns" in package}
    if not audited and all("not found" in package.get("skip_reason", "") for package in packages):
        sys.stdout.write(NOT_AUDITED)
        return 0
    for package in packages:
        for vulnerability in package.get("vulns", []):
            fixed = ", ".join(vulnerability["fix_versions"]) or "sin versión corregida"
            sys.stderr.write(f"{package['name']} {package['version']}: {vulnerability['id']} ({fixed})\n")
    # What the lock holds only for other systems or versions of Python is not installed here, and is not looked at.
    expected = {name for name in locked_packages() if _applies(name)}
    missing = expected - audited
    if missing:
        sys.stderr.write(f"No se auditó todo: faltan {len(missing)} ({', '.join(sorted(missing)[:10])}).\n")
        return 1
    found = sum(len(package.get("vulns", [])) for package in packages)
    sys.stdout.write(f"  {len(audited)} paquetes auditados, {found} vulnerabilidades conocidas\n")
    return 1 if found else 0


def _applies(name: str) -> bool:
    pattern = rf"^{name.replace('-', '[-_.]')}(?:\[[^]]*\])?==[^ ]+( ; .+)? \\$"
    line = re.search(pattern, LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.IGNORECASE)
    return line is None or line[1] is None


if __name__ == "__main__":
    sys.exit(main())
