"""Set up the course and open it: python3 start.py. It needs Python 3.11 and nothing else."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # `main` answers Ctrl-C, once Python has read the rest

if sys.version_info < (3, 11):  # noqa: UP036 (the line is for those who have an older one)
    sys.exit(
        "The course needs Python 3.11 or later and this is Python %d.%d. "  # noqa: UP031
        "Install a newer one, then start again with it." % sys.version_info[:2]
    )

import argparse
import ast
import contextlib
import hashlib
import importlib.util
import io
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import NoReturn

from course_utils.language import read_words  # which needs nothing else either

ROOT = Path(__file__).resolve().parent
WORDS = read_words(ROOT, "start")
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
LOG = VENV / "install.log"
UV = VENV / "uv"  # the installer, where the environment's Python does not look
UV_PIN = "uv==0.13.9"  # the version that was tried; where an index lacks it, pip does it all
# What was fetched stays here: an install that was cut off, or has a new lock, goes on from there.
CACHE = VENV / "cache"

COURSE_LOCK = "requirements.lock"  # what a trainee has, and nothing else
TESTS_LOCK = "requirements-tests.lock"  # the tools of the tests
ORACLES_LOCK = "requirements-oracles.lock"  # other people's libraries, to compare results with
# The folder of each. The tests' tools are no part of the environment: they are laid over it by
# PYTHONPATH, so that kernels and servers which a test starts have what a trainee has.
PLACES = {COURSE_LOCK: VENV, TESTS_LOCK: VENV / "tests", ORACLES_LOCK: VENV / "oracles"}
BYTES_NEEDED = {COURSE_LOCK: 1.0e9, TESTS_LOCK: 0.5e9, ORACLES_LOCK: 0.4e9}
MEGABYTES_TO_FETCH = {COURSE_LOCK: 170, TESTS_LOCK: 80, ORACLES_LOCK: 55}
STAMP = "installed.txt"  # in each folder, written when it is finished

# What pip, venv and the operating system say, and the sentence for the person who started.
CAUSES = {
    r"No space left|Errno 28\b|WinError 112\b": "disk_full",
    r"name resolution|getaddrinfo|NewConnectionError|Connect(ion)?(Timeout|Error|Reset)"
    r"|Read timed out|Connection (refused|reset|broken|aborted)|ProxyError|SSLError": "no_index",
    r"Permission denied|not permitted|Read-only file system|Errno (1|13|30)\b|WinError (5|32)\b": (
        "not_writable"
    ),
    r"Long Path": "long_path",
    r"No matching distribution found": "no_build",
}


def main(arguments: list[str]) -> int:
    """Run the command that the first argument names, or open the course."""
    # When the system asks us to stop, go the way of Ctrl-C, so that what we started stops too.
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # the terminal may lack letters of a path
    try:
        if arguments and arguments[0] in COMMANDS:
            return COMMANDS[arguments[0]](arguments[1:])
        return open_course(arguments)
    except KeyboardInterrupt:
        say(f"\n{word('stopped')}")
        return 130
    except subprocess.CalledProcessError as error:
        return error.returncode  # it has said itself what went wrong
    except OSError as error:
        sys.exit(sentence_for(str(error)) or f"{error.strerror}: {error.filename}")


def word(key: str, **known: object) -> str:
    """What `start.en.toml`, or another language's file, has under this key."""
    return str(WORDS[key]).format(**known)


def say(said: str, end: str = "\n") -> None:
    """Show the words at once, even when they go to a file."""
    print(said, end=end, flush=True)


def sentence_for(said: str) -> str | None:
    """The sentence for the first known cause that `said` shows."""
    name = next((name for cause, name in CAUSES.items() if re.search(cause, said)), None)
    return word(name, root=ROOT, python=platform.python_version()) if name else None


# Opening the course


def open_course(arguments: list[str]) -> int:
    """Open JupyterLab on the start page, after setting up if need be."""
    parser = argparse.ArgumentParser(
        description=word("what_it_does"),
        epilog=word("other_commands", commands=", ".join(COMMANDS)),
    )
    options = lab_options(parser, arguments)
    set_up()
    return open_lab(options)


def lab_options(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Read the arguments, with those that say how to open JupyterLab."""
    parser.add_argument("--no-browser", action="store_true", help=word("no_browser"))
    parser.add_argument("--port", type=port_number, help=word("port"))
    options = parser.parse_args(arguments)
    if options.port:
        refuse_busy(options.port)
    return options


def open_lab(options: argparse.Namespace, *more: str, **variables: str) -> int:
    """Become JupyterLab, with more options and variables."""
    say(word("opening"))
    return become(
        *("-m", "jupyterlab", "--Application.log_level=WARN", f"--ServerApp.root_dir={ROOT}"),
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_root=True",  # as in a container; only this machine is listened to
        *(["--no-browser"] if options.no_browser else []),
        *([f"--port={options.port}", "--ServerApp.port_retries=0"] if options.port else []),
        *more,
        **variables,
    )


def port_number(text: str) -> int:
    """The port that `text` names."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(word("no_port", port=text))
    return int(text)


def refuse_busy(port: int) -> None:
    """Stop with a sentence when the port can't be had."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        with socket.create_server(("127.0.0.1", 0)) as server:
            free = server.getsockname()[1]
        sys.exit(word("port_taken", port=port, free=free))


def become(*arguments: str, **variables: str) -> int:
    """Hand over to the environment's Python, so that signals reach it and nothing stays behind."""
    if sys.platform != "win32":
        os.execve(PYTHON, [str(PYTHON), *arguments], environment(**variables))
    with subprocess.Popen([str(PYTHON), *arguments], env=environment(**variables)) as server:
        while True:  # Windows can't hand over. Ctrl-C is the server's to answer.
            with contextlib.suppress(KeyboardInterrupt):
                return server.wait()


# Settings of the person's own that would send packages elsewhere, or Python to other ones.
FOREIGN = re.compile(
    r"PYTHONHOME|PIP_(TARGET|PREFIX|ROOT|REQUIREMENT|CONSTRAINT|EDITABLE|DRY_RUN)"
    r"|UV_(CONSTRAINT|OVERRIDE|EXCLUDE|NO_EDITABLE|REQUIRE_HASHES|SYSTEM_PYTHON|WORKING_DIR)"
)


def environment(*layers: str, **more: str) -> dict[str, str]:
    """The variables for what runs in the environment, with these layers over it.

    PYTHONPATH finds the package where an editable install does not: before version 3.13, Python on
    Windows misreads its path file when the folder's name is Chinese. It also shuts out packages
    that a PYTHONPATH of the person's own would put before the locked ones. Each notebook runs in a
    Python of its own, and what one has compiled the next shall find.
    """
    caches = {"PIP_CACHE_DIR": str(CACHE / "pip"), "UV_CACHE_DIR": str(CACHE / "uv")}
    kept = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    ours = {
        "PYTHONPATH": os.pathsep.join(map(str, [ROOT, *(PLACES[layer] for layer in layers)])),
        "PYTHONDONTWRITEBYTECODE": "",
        "PIP_USER": "0",
        "PIP_REQUIRE_HASHES": "0",
    }
    return {**caches, **kept, **ours, **more}


# Setting up


def set_up(*layers: str) -> None:
    """See to it that the environment and these layers stand; at once if their stamps say so."""
    wanted = (COURSE_LOCK, *layers)
    if all(map(is_ready, wanted)):
        return
    with hold(Path(__file__), wait_for_it):
        for lock in wanted:
            if not is_ready(lock):  # another start may have done it while this one waited
                set_up_one(lock)


def set_up_one(lock: str) -> None:
    """Install what `lock` lists in its place, in place of whatever stands there."""
    if shutil.disk_usage(ROOT).free < BYTES_NEEDED[lock]:
        sys.exit(word("disk_full"))
    if lock == COURSE_LOCK:
        say(word("setting_up"))
        make_environment()
    else:
        say(word("adding", lock=lock))
        remove(PLACES[lock])
        remove(LOG)
    install(lock)
    (PLACES[lock] / STAMP).write_text("\n".join([made_from(lock), *there(lock)]), "utf-8")


def is_ready(lock: str) -> bool:
    """Whether a finished install of `lock` stands in this folder, whole, and its Python runs."""
    try:
        stamp, *packages = (PLACES[lock] / STAMP).read_text("utf-8").splitlines()
        runs = subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
        return runs and stamp == made_from(lock) and there(lock).issuperset(packages)
    except (OSError, ValueError):
        return False


def there(lock: str) -> set[str]:
    """What stands in the folder of packages, by name."""
    return {path.name for path in packages_of(lock).iterdir()} - {"__pycache__"}


def packages_of(lock: str) -> Path:
    """The folder into which a lock's packages go."""
    if lock == COURSE_LOCK:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    return PLACES[lock]


def made_from(lock: str) -> str:
    """A fingerprint of what an install is made from: when it changes, the install is made anew."""
    parts: list[object] = [ROOT, sys.version_info[:2], platform.machine()]
    parts.append((ROOT / lock).read_bytes())
    if lock == COURSE_LOCK:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        parts += [project["build-system"], project["project"], project["tool"]["flit"]]
        settings = sorted(path for path in (ROOT / "jupyter").rglob("*") if path.is_file())
        parts += [path.read_bytes() for path in settings]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@contextlib.contextmanager
def hold(file: Path, otherwise: Callable[[int], None]) -> Iterator[None]:
    """Lock a file meanwhile; if somebody else has, do `otherwise` first.

    The programs that are started meanwhile inherit the lock and let go of it when they stop: nobody
    builds under the feet of one that outlives a killed start.
    """
    turn = os.open(file, os.O_RDWR | os.O_CREAT)
    os.set_inheritable(turn, True)
    try:
        if not locked(turn):
            otherwise(turn)
        yield
    finally:
        os.close(turn)


def wait_for_it(turn: int) -> None:
    """Wait until no other start sets up this folder."""
    say(word("waiting"))
    while not locked(turn):
        time.sleep(0.5)


def locked(turn: int) -> bool:
    """Lock the file unless someone else has; where files can't be locked, go on without."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(turn, 1 << 30, os.SEEK_SET)  # far behind the text, which stays readable
            msvcrt.locking(turn, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def make_environment() -> None:
    """Make an empty Python environment in place of whatever stands there, but for the cache."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(word("no_venv"))
    for old in VENV.iterdir() if VENV.is_dir() and not VENV.is_symlink() else [VENV]:
        if old != CACHE:
            remove(old)
    VENV.mkdir(exist_ok=True)
    say(word("making"), end=" ")
    # Not sys.executable: it may lie in the very environment that was just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    if not job(base, "-m", "venv", str(VENV)):
        give_up()
    say("")


def remove(place: Path) -> None:
    """Remove a folder, or whatever stands in its place."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


# Folders with much to compile and little that is used: that is compiled when it is first imported.
LATER = r"[/\\](tests?|lexers|_vendored)[/\\]\w"
# A lock is complete, so there is nothing to resolve; compiling then uses every core.
INSTALL = ("pip", "install", "--no-deps")
PIP = ("-m", *INSTALL, "--no-compile", "--no-input")


def install(lock: str) -> None:
    """Install what `lock` lists, and with the environment the course itself."""
    target = () if lock == COURSE_LOCK else (f"--target={PLACES[lock]}",)
    say(word("installing", megabytes=MEGABYTES_TO_FETCH[lock]), end=" ")
    add("--only-binary=:all:", f"--requirement={ROOT / lock}", *target)
    say(f"\n{word('compiling')}", end=" ")
    job(PYTHON, "-m", "compileall", "-qj0", "-x", LATER, str(packages_of(lock)))
    if lock == COURSE_LOCK:
        say(f"\n{word('installing_course')}", end=" ")
        add("--no-build-isolation", f"--editable={ROOT}")
        job(PYTHON, "-c", "import matplotlib.font_manager")  # it makes its list of fonts
    say("")


def add(*what: str) -> None:
    """Install by uv, which is fast; where it is not to be had or does not succeed, by pip."""
    if not UV.is_dir():
        job(PYTHON, *PIP, "--retries=1", f"--target={UV}", UV_PIN)
    by_uv = job(PYTHON, "-m", "uv", *INSTALL, f"--python={PYTHON}", *what, **uv_variables())
    if not by_uv and not job(PYTHON, *PIP, *what):
        give_up()


# What uv, which does not read pip's settings, calls those that say where packages are.
NAMES_IN_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}


@cache
def uv_variables() -> dict[str, str]:
    """The variables for uv; what is set for uv itself counts before what is set for pip."""
    ask = [str(PYTHON), "-m", "pip", "config", "list"]
    told = subprocess.run(ask, env=environment(PYTHONIOENCODING="utf-8"), capture_output=True)
    lines = told.stdout.decode("utf-8", "replace").splitlines()
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip does it
    for line in reversed(lines):  # pip names first what its variables say, and that counts
        name, _, value = line.partition("=")
        name = name.rpartition(".")[2]
        if name in NAMES_IN_UV:
            between = "," if name == "find-links" else " "
            found[NAMES_IN_UV[name]] = between.join(ast.literal_eval(value).split())
    ours = {name: os.environ.get(name, value) for name, value in found.items()}
    return {**ours, "PYTHONPATH": str(UV)}


def job(*command: str | Path, **variables: str) -> bool:
    """Run a command with its output in the log and a dot for each second; whether it ended well."""
    with LOG.open("ab") as log:
        running = subprocess.Popen(
            command, cwd=ROOT, env=environment(**variables), stdout=log, stderr=log, close_fds=False
        )
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return running.wait(1) == 0
                say(".", end="")
        finally:
            running.kill()
            running.wait()


def give_up() -> NoReturn:
    """Stop with a sentence on what the log tells."""
    reason = sentence_for(LOG.read_text("utf-8", "replace")) or word("not_installed")
    say("")
    sys.exit(word("log", reason=reason, log=LOG))


# Instructors' commands

SLIDES = ROOT / "build" / "slides"  # a folder for each chapter
# The slide show begins by itself. Nothing is saved meanwhile: with the first key after a save, it
# takes the focus out of the cell that is being typed in.
SETTINGS = {
    "jupyterlab-slideshow/plugin": {"active": True},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/cell-toolbar-extension/plugin": {"showToolbar": False},  # slides hide it
}


def present(arguments: list[str]) -> int:
    """Open a chapter as a slide show; a key opens the guide beside it."""
    parser = argparse.ArgumentParser(prog="start.py present", description=word("present"))
    parser.add_argument("chapter", help=word("chapter"))
    options = lab_options(parser, arguments)
    set_up()
    folder = SLIDES / options.chapter.zfill(2)
    folder.mkdir(parents=True, exist_ok=True)
    with hold(folder / "open", refuse_presented):
        clear_for_a_class(folder)
        code = run("-m", "course_utils.authoring", "lesson", options.chapter)
        if code:
            return code
        (slides,) = folder.glob("*.ipynb")
        say(word("keys"))
        write_settings(folder / "settings")
        return open_lab(
            options,
            f"--LabApp.default_url=/lab/tree/{slides.relative_to(ROOT).as_posix()}",
            # Its own settings and windows: the course opens as before when the class is over.
            f"--LabApp.user_settings_dir={folder / 'settings'}",
            f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            COURSE_PROGRESS=str(folder / "record.jsonl"),
        )


def refuse_presented(turn: int) -> NoReturn:
    """Leave a chapter to whoever presents it already, record and all."""
    sys.exit(word("presented"))


def clear_for_a_class(folder: Path) -> None:
    """Leave no answers on record; what was exported of earlier classes stays."""
    for old in folder.glob("*"):
        if old.name not in ("class", "open"):
            remove(old)


def write_settings(folder: Path) -> None:
    """Write JupyterLab's settings for a slide show into an empty folder."""
    for plugin, settings in SETTINGS.items():
        path = folder / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings), "utf-8")


# Authors' commands


def test(arguments: list[str]) -> int:
    """Run every test, or those tests that the arguments choose."""
    set_up(TESTS_LOCK, ORACLES_LOCK)
    if arguments:
        wants_oracles = any(argument.startswith("tests/oracles") for argument in arguments)
        return pytest(*arguments, layers=(ORACLES_LOCK,) if wants_oracles else ())
    began = time.monotonic()
    failures = []
    for number, (name, part) in enumerate(PARTS.items(), 1):
        say(word("part", number=number, all=len(PARTS), name=WORDS["parts"][name]))
        failures.append(part())
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    came_of_it = "not_all_passed" if any(failures) else "all_passed"
    say(word(came_of_it, minutes=minutes, seconds=seconds))
    return int(any(failures))


def pytest(*arguments: str, layers: tuple[str, ...] = ()) -> int:
    """Run pytest on two cores, far from the person's own progress."""
    with tempfile.TemporaryDirectory() as progress:
        # A notebook's cells stay together, and the long files, which have few tests, don't come
        # last. Tests of browsers and kernels wait much: two cores have time for three workers.
        workers = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
        return run(
            *("-m", "pytest", *workers, *arguments),
            layers=(TESTS_LOCK, *layers),
            COURSE_PROGRESS=progress,
        )


PARTS: dict[str, Callable[[], int]] = {
    "package": partial(pytest, "tests", "--ignore=tests/oracles"),
    "oracles": partial(pytest, "tests/oracles", "-n1", layers=(ORACLES_LOCK,)),
    "notebooks": partial(
        pytest, "notebooks", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"
    ),
}


def run(*arguments: str, layers: tuple[str, ...] = (), **variables: str) -> int:
    """Run the environment's Python in the course's folder; its exit code."""
    command = [str(PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(*layers, **variables)).returncode


def running(*module: str, layers: tuple[str, ...] = ()) -> Callable[[list[str]], int]:
    """A command that runs a module, with these layers over the environment."""

    def command(arguments: list[str]) -> int:
        set_up(*layers)
        return run("-m", *module, *arguments, layers=layers)

    return command


def lock_versions(arguments: list[str]) -> int:
    """Lock the versions anew, and write what Binder needs; --upgrade takes newer ones."""
    with tempfile.TemporaryDirectory() as folder:
        fetch_uv = ("-m", "pip", "install", "--quiet", "--target", folder, UV_PIN)
        subprocess.run([sys.executable, *fetch_uv], check=True)

        def compiled(*options: str) -> str:
            command = [f"{folder}/bin/uv", "pip", "compile", "pyproject.toml", "--quiet"]
            plain = ("--no-header", "--no-annotate", "--python-version=3.11")
            done = subprocess.run(
                [*command, *plain, *options], cwd=ROOT, check=True, stdout=subprocess.PIPE
            )
            return done.stdout.decode()

        # One version of a package for all Pythons: notebooks' stored outputs must hold everywhere.
        universal = ("--universal", "--fork-strategy=fewest", *arguments)
        compiled(*universal, "--group=setup", f"--output-file={COURSE_LOCK}")
        pinned = f"--constraints={COURSE_LOCK}"
        held = (ROOT / COURSE_LOCK).read_text("utf-8").splitlines(keepends=True)
        for lock, group in ((TESTS_LOCK, "tests"), (ORACLES_LOCK, "oracles")):
            compiled(*universal, f"--group={group}", pinned, f"--output-file={lock}")
            found = (ROOT / lock).read_text("utf-8").splitlines(keepends=True)
            more = [pin for pin in found if pin not in held]
            (ROOT / lock).write_text("".join(more), "utf-8")
            held += more
        on_binder = compiled("--group=setup", pinned, "--python-platform=linux")
    pins = "".join(f"      - {pin}\n" for pin in on_binder.splitlines())
    (ROOT / "environment.yml").write_text(ENVIRONMENT + pins, "utf-8")
    link_to_binder()
    return 0


def link_to_binder() -> None:
    """Write the README's line on Binder anew."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    line = binder_line(project["tool"]["course"]["repository"])
    readme = ROOT / "README.md"
    written = re.sub(r"^\*\*Binder\*\*.*$", lambda _: line, readme.read_text("utf-8"), flags=re.M)
    readme.write_text(written, "utf-8")


def binder_line(repository: str) -> str:
    """How to open the course on Binder: the link, if the repository (owner/name) is known."""
    if not repository:
        return (
            "**Binder**, no installation: the link comes with the course's public address, "
            "set as `repository` in `pyproject.toml`."
        )
    lab = json.loads((ROOT / "jupyter/etc/jupyter/jupyter_lab_config.json").read_text("utf-8"))
    page = lab["LabApp"]["default_url"].removeprefix("/")
    launch = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath={page}"
    return f"**Binder**, no installation: [open the course]({launch})."


ENVIRONMENT = """\
# What Binder installs: requirements.lock as it applies there, written by `python3 start.py lock`.
# The course itself is installed by postBuild. Binder reads the Python version in this form only.
name: course
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
"""


COMMANDS = {
    "present": present,
    "handout": running("course_utils.authoring", "handout"),
    "guide": running("course_utils.authoring", "guide"),
    "test": test,
    "build": running("course_utils.authoring", "build"),
    "answers": running("course_utils.authoring", "answers"),
    "data": running("course_utils.authoring", "data"),
    "bench": running("benchmarks", layers=(TESTS_LOCK, ORACLES_LOCK)),
    "lock": lock_versions,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
