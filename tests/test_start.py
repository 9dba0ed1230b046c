"""start.py as a newcomer meets it: a course of stand-in packages, set up without any network."""

import ast
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
START = ROOT / "start.py"
TELL = (
    "import json, os, sys\nprint('RAN', json.dumps([{name!r}, sys.argv[1:], dict(os.environ)]))\n"
)
PYTEST = TELL + "sys.exit(os.environ.get('FAILING', '?') in sys.argv)\n"
# A stand-in for uv: it tells what reached it, fails or waits if it shall, and has pip do the work.
UV = """\
import json, os, runpy, sys, time

with open("draft", "w", encoding="utf-8") as told:
    json.dump([os.getpid(), sys.argv[1:], dict(os.environ)], told)
os.replace("draft", "uv.json")
if "UV_FAILS" in os.environ:
    sys.exit("error: Permission denied")
time.sleep(float(os.environ.get("UV_WAITS", "0")))
sys.argv = ["pip"] + [each for each in sys.argv[2:] if not each.startswith("--python")]
runpy.run_module("pip", run_name="__main__")
"""


def wheel(folder, name, files, version="1"):
    """Write a wheel that holds the files, given as path → content."""
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in files))


def write_course(folder):
    """A course of the real set-up files, with next to nothing to install."""
    for name in ["start.py", "start.en.toml", "pyproject.toml", "LICENSE", "LICENSE-TEXT-AND-DATA"]:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "jupyter", folder / "jupyter")
    (folder / "README.md").write_text("A course.", "utf-8")
    authoring = folder / "course_utils" / "authoring"
    authoring.mkdir(parents=True)
    (authoring.parent / "__init__.py").touch()
    shutil.copy(ROOT / "course_utils/language.py", authoring.parent)
    (authoring / "__main__.py").write_text(TELL.format(name="authoring"), "utf-8")
    lock = f"flit-core=={distribution('flit_core').version}\njupyterlab==1\n"
    (folder / "requirements.lock").write_text(lock, "utf-8")
    (folder / "requirements-tests.lock").write_text("pytest==1\n", "utf-8")
    (folder / "requirements-oracles.lock").write_text("lifetimes==1\n", "utf-8")


def write_wheels(folder):
    flit = distribution("flit_core")
    code = {str(path): path.read_binary() for path in flit.files if path.parts[0] == "flit_core"}
    wheel(folder, "flit_core", code, flit.version)
    wheel(folder, "jupyterlab", {"jupyterlab/__main__.py": TELL.format(name="jupyterlab")})
    wheel(folder, "lifetimes", {"lifetimes/__init__.py": ""})
    wheel(folder, "uv", {"uv/__main__.py": UV}, load(ROOT).UV_PIN.partition("==")[2])
    wheel(folder, "pytest", {"pytest/__main__.py": PYTEST.format(name="pytest")})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A fresh clone, in a folder with a space and Chinese letters in its name."""
    folder = tmp_path_factory.mktemp("fresh") / "电商 course"
    folder.mkdir()
    write_course(folder)
    return folder


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """The variables under which pip finds the stand-ins and nothing else, by its own settings."""
    folder = tmp_path_factory.mktemp("wheels")
    write_wheels(folder)
    settings = folder / "pip.conf"
    settings.write_text(
        f"[global]\nindex-url = http://mirror.invalid/\nfind-links = {folder.as_uri()}\n", "utf-8"
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))
    }
    return {**kept, "PIP_CONFIG_FILE": str(settings), "PIP_NO_INDEX": "1"}


def start(folder, variables, *arguments):
    return subprocess.run(
        [sys.executable, folder / "start.py", *arguments],
        env=variables,
        capture_output=True,
        encoding="utf-8",
    )


def ran(done):
    """What the stand-ins tell: name, arguments, variables, one for each that ran."""
    return [
        SimpleNamespace(name=name, arguments=arguments, variables=variables)
        for name, arguments, variables in map(
            json.loads, re.findall(r"^RAN (.*)$", done.stdout, re.M)
        )
    ]


def told_by_uv(folder):
    """The process, the arguments and the variables of the stand-in that ran last."""
    return json.loads((folder / "uv.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cut_off(course, offline):
    """What a start said that was asked to stop while it installed."""
    command = [sys.executable, course / "start.py"]
    slow = {**offline, "UV_WAITS": "60"}
    process = subprocess.Popen(command, env=slow, stdout=subprocess.PIPE, encoding="utf-8")
    while not (course / "uv.json").exists():
        assert process.poll() is None
        time.sleep(0.1)
    process.terminate()
    return process.communicate()[0]


@pytest.fixture(scope="module")
def first(course, offline, cut_off):
    """A start in a folder where an earlier one was cut off, with something fetched."""
    (course / ".venv" / "half").write_text("made", "utf-8")
    (course / ".venv" / "cache").mkdir(exist_ok=True)
    (course / ".venv" / "cache" / "fetched").touch()
    return start(course, offline, "--no-browser", "--port", str(free_port()))


@pytest.fixture(scope="module")
def second(course, offline, first):
    return start(course, offline)


@pytest.fixture
def ready(course, first):
    """The start.py of the course that was set up, as a module."""
    return load(course)


@pytest.fixture
def unset(tmp_path, monkeypatch):
    """The start.py of a course that nobody started, as a module; making its .venv costs no time."""
    write_course(tmp_path)
    for lock in tmp_path.glob("*.lock"):
        lock.write_text("no-package-has-this-name==1\n", "utf-8")
    module = load(tmp_path)
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(module, "make_environment", module.VENV.mkdir)
    before = signal.getsignal(signal.SIGTERM)
    yield module
    signal.signal(signal.SIGTERM, before)


def load(folder):
    spec = importlib.util.spec_from_file_location("start_of_a_course", folder / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


# A Python too old


def old_python():
    """A Python from 3.6 to 3.10, if this machine has one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = (shutil.which(f"python3.{minor}") for minor in range(6, 11))
    in_range = "import sys; sys.exit(not (3, 6) <= sys.version_info < (3, 11))"
    for python in [*sorted(pyenv.glob("3.*/bin/python")), *filter(None, named)]:
        if subprocess.run([python, "-c", in_range], capture_output=True).returncode == 0:
            return python
    return None


def test_old_pythons_can_read_the_file():
    ast.parse(START.read_text("utf-8"), feature_version=(3, 6))


def test_a_python_too_old_is_told_in_one_sentence():
    python = old_python()
    if python is None:
        pytest.skip("this machine has no Python from 3.6 to 3.10")
    done = subprocess.run([python, START], capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.startswith("The course needs Python 3.11 or later and this is Python 3.")
    assert done.stderr.count("\n") == 1


# Its words


def test_every_sentence_of_its_file_is_said_somewhere():
    code, words = START.read_text("utf-8"), load(ROOT).WORDS
    unsaid = [key for key in [*words, *words["parts"]] if f'"{key}"' not in code.replace("'", '"')]
    assert unsaid == []


def test_a_start_speaks_another_language_and_english_where_that_has_no_words(offline, tmp_path):
    (tmp_path / "start.pirate.toml").write_text('no_port = "{port}? Nay!"', "utf-8")
    pirate = {**offline, "COURSE_LANGUAGE": "pirate", "COURSE_WORDS": str(tmp_path)}
    assert "0? Nay!" in start(ROOT, pirate, "--port=0").stderr
    assert "only print the address" in start(ROOT, pirate, "--help").stdout


# Setting up


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_start_that_is_asked_to_stop_leaves_nothing_running(course, cut_off):
    assert "Stopped." in cut_off
    with pytest.raises(ProcessLookupError):
        os.kill(told_by_uv(course)[0], 0)
    assert not load(course).is_ready("requirements.lock")


def test_a_start_makes_anew_what_another_left_half_made(course, first):
    assert first.returncode == 0, first.stderr
    assert not (course / ".venv" / "half").exists()
    assert (course / ".venv" / "cache" / "fetched").exists()
    assert ran(first)[0].name == "jupyterlab"


def test_uv_installs_into_the_environment_and_is_no_part_of_it(ready):
    _, arguments, variables = told_by_uv(ready.ROOT)
    assert f"--python={ready.PYTHON}" in arguments
    assert variables["UV_DEFAULT_INDEX"] == "http://mirror.invalid/"
    assert not list(ready.packages_of("requirements.lock").glob("uv*"))


def test_a_first_start_says_what_it_does(first):
    said = [line.rstrip(" .") for line in first.stdout.splitlines()]
    assert said[:5] == [
        "Setting up the course in the folder .venv. This happens once",
        "Making a Python environment",
        "Installing packages, about 170 MB to fetch",
        "Compiling packages, so that the course opens fast",
        "Installing the course itself",
    ]


@pytest.mark.parametrize("broken", [True, False])
def test_without_uv_pip_does_it_all_and_says_nothing(unset, offline, monkeypatch, capfd, broken):
    """Uv fails here, or the index has none."""
    wheel(unset.ROOT, "lifetimes", {"lifetimes/__init__.py": ""})
    without = {"UV_FAILS": "1"} if broken else {"PIP_FIND_LINKS": unset.ROOT.as_uri()}
    monkeypatch.setattr(os, "environ", {**offline, **without})
    unset.VENV.mkdir()
    (unset.ROOT / "requirements-oracles.lock").write_text("lifetimes==1\n", "utf-8")
    unset.set_up_one("requirements-oracles.lock")
    assert (unset.ROOT / "uv.json").exists() == broken
    assert unset.is_ready("requirements-oracles.lock")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("variables", "reaching"),
    [
        ({}, {"UV_DEFAULT_INDEX": "http://mirror.invalid/", "UV_NO_INDEX": "1"}),
        ({"PIP_INDEX_URL": "http://near/"}, {"UV_DEFAULT_INDEX": "http://near/"}),
        ({"UV_DEFAULT_INDEX": "http://uv.invalid/"}, {"UV_DEFAULT_INDEX": "http://uv.invalid/"}),
        ({"PIP_EXTRA_INDEX_URL": "http://a/ http://b/"}, {"UV_INDEX": "http://a/ http://b/"}),
        ({"PIP_FIND_LINKS": "/a\n/b"}, {"UV_FIND_LINKS": "/a,/b"}),
        ({"PIP_TRUSTED_HOST": "a b:80"}, {"UV_INSECURE_HOST": "a b:80"}),
    ],
)
def test_where_pip_finds_packages_uv_is_told(unset, offline, monkeypatch, variables, reaching):
    monkeypatch.setattr(os, "environ", {**offline, **variables})
    assert unset.uv_variables().items() >= reaching.items()


@pytest.fixture
def course_only(unset, monkeypatch):
    """A course that is set up, without what tests need; `remade` lists environments made since."""
    unset.packages_of("requirements.lock").mkdir(parents=True)
    stamp = unset.made_from("requirements.lock")
    (unset.VENV / unset.STAMP).write_text(stamp, "utf-8")
    unset.remade = []
    monkeypatch.setattr(unset, "make_environment", lambda: unset.remade.append("anew"))
    return unset


def test_a_first_test_without_an_index_leaves_the_course_as_it_was(course_only, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    for _ in range(2):
        with pytest.raises(SystemExit):
            course_only.main(["test"])
        assert course_only.is_ready("requirements.lock")
    assert not course_only.remade


def test_a_second_start_goes_straight_to_the_lab(second):
    assert second.returncode == 0
    assert second.stdout.startswith("Opening JupyterLab.")
    assert ran(second)[0].name == "jupyterlab"


def test_the_course_can_be_imported_from_anywhere(ready, tmp_path):
    command = [ready.PYTHON, "-c", "import course_utils; print(course_utils.__path__[0])"]
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, encoding="utf-8")
    assert Path(told.stdout.strip()) == ready.ROOT / "course_utils"


def test_the_settings_are_laid_into_the_environment(ready):
    for path in filter(Path.is_file, (ROOT / "jupyter").rglob("*")):
        laid = ready.VENV / path.relative_to(ROOT / "jupyter")
        assert laid.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "old", "new", "stands"),
    [
        ("requirements.lock", "jupyterlab==1", "jupyterlab==2", False),
        ("pyproject.toml", 'version = "', 'version = "9.', False),
        ("pyproject.toml", "line-length = 100", "line-length = 99", True),  # a tool's own
        ("jupyter/share/jupyter/lab/settings/overrides.json", "false", "true", False),
        (".venv/installed.txt", "", "?", False),
    ],
)
def test_an_environment_stands_while_what_it_is_made_from_does(ready, name, old, new, stands):
    path = ready.ROOT / name
    before = path.read_text("utf-8")
    assert ready.is_ready("requirements.lock")
    path.write_text(before.replace(old, new, 1), "utf-8")
    try:
        assert ready.is_ready("requirements.lock") == stands
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize(
    "lost",
    [
        lambda start: start.PYTHON,
        lambda start: start.packages_of("requirements.lock") / "jupyterlab",
        lambda start: start.ROOT,
    ],
    ids=["interpreter", "package", "folder"],
)
def test_an_environment_that_lost_a_part_or_was_moved_is_not_ready(ready, lost):
    there = lost(ready)
    aside = there.rename(there.with_name("aside"))
    try:
        found = load(aside) if there == ready.ROOT else ready
        assert not found.is_ready("requirements.lock")
    finally:
        aside.rename(there)
    assert ready.is_ready("requirements.lock")


def test_two_starts_take_turns(unset, offline):
    with unset.hold(unset.ROOT / "start.py", unset.wait_for_it):
        command = [sys.executable, unset.ROOT / "start.py"]
        other = subprocess.Popen(command, env=offline, stdout=subprocess.PIPE, encoding="utf-8")
        assert other.stdout.readline().startswith("Another start is setting up this folder.")
        other.terminate()
        assert "Stopped." in other.communicate()[0]
    assert other.returncode != 0
    assert not unset.VENV.exists()


# Opening


def test_the_lab_serves_the_course_and_listens_to_this_machine_only(ready, second):
    lab = ran(second)[0]
    assert f"--ServerApp.root_dir={ready.ROOT}" in lab.arguments
    assert "--ServerApp.ip=127.0.0.1" in lab.arguments
    assert not any("token" in argument or "password" in argument for argument in lab.arguments)


def test_no_browser_and_port_reach_the_lab(first, second):
    assert "--no-browser" in ran(first)[0].arguments
    assert any(argument.startswith("--port=") for argument in ran(first)[0].arguments)
    assert not any("browser" in each or "port" in each for each in ran(second)[0].arguments)


def test_a_path_of_the_persons_own_stays_outside(ready, offline):
    lab = ran(start(ready.ROOT, {**offline, "PYTHONPATH": "/somewhere/else"}))[0]
    assert lab.variables["PYTHONPATH"] == str(ready.ROOT)


def test_a_busy_port_is_named_with_one_that_is_free(offline, unset):
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = server.getsockname()[1]
        done = start(unset.ROOT, offline, "--port", str(busy))
    assert done.returncode == 1
    said = re.fullmatch(rf"Port {busy} is taken or forbidden\..* try --port (\d+)\.\n", done.stderr)
    assert said
    socket.create_server(("127.0.0.1", int(said[1]))).close()
    assert not unset.VENV.exists()


@pytest.mark.parametrize("nonsense", ["0", "65536", "-1", "lab", "８８８８"])
def test_a_port_that_is_none_is_refused(offline, unset, nonsense):
    done = start(unset.ROOT, offline, f"--port={nonsense}")
    assert done.returncode == 2
    assert f"{nonsense} is not a port. Give a number from 1 to 65535." in done.stderr


# What may go wrong


def test_settings_that_send_packages_elsewhere_do_not_count(unset, monkeypatch):
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_HASHES", "PYTHONHOME"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    handed = unset.environment()
    assert handed["PIP_INDEX_URL"] == "kept"
    assert not {"PIP_TARGET", "PIP_PREFIX", "PYTHONHOME"} & handed.keys()
    assert (handed["PIP_USER"], handed["PIP_REQUIRE_HASHES"]) == ("0", "0")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_while_python_still_reads_stops_without_a_traceback(unset, monkeypatch):
    """As if somebody pressed it during the first import."""
    slow = unset.ROOT / "argparse.py"
    slow.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", "utf-8")
    done = subprocess.run([sys.executable, START.name], cwd=unset.ROOT, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}, "could not be reached"),
        ({"PIP_NO_INDEX": "1"}, "has no build of a package for Python"),
    ],
)
def test_without_an_index_one_sentence_names_the_log(unset, monkeypatch, variables, sentence):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ["PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=sentence) as stop:
        unset.set_up()
    assert str(unset.LOG) in str(stop.value)
    assert unset.LOG.read_text("utf-8")
    assert not unset.is_ready("requirements.lock")


def test_a_disk_too_full_is_told_before_anything_is_made(unset, monkeypatch):
    monkeypatch.setattr(unset.shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**8))
    with pytest.raises(SystemExit, match="The disk is full"):
        unset.set_up()
    assert not unset.VENV.exists()


def test_a_python_without_venv_is_told_what_to_install(unset, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        load(unset.ROOT).make_environment()


def test_a_folder_that_cannot_be_written_is_named(unset, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied", str(unset.VENV))

    monkeypatch.setattr(unset, "make_environment", refuse)
    with pytest.raises(SystemExit, match="can't be written") as stop:
        unset.main([])
    assert str(unset.ROOT) in str(stop.value)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left", "full"),
        ("[WinError 112] 磁盘空间不足。", "full"),
        ("NewConnectionError('<...>: Failed to establish a new connection: [Errno -2]", "network"),
        ("Failed to establish: [Errno 11001] getaddrinfo failed", "network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: ... Read timed out.", "network"),
        ("Error: [Errno 13] Permission denied: '/course/.venv'", "written"),
        ("Error: [Errno 30] Read-only file system: '/course/.venv'", "written"),
        ("OSError: [Errno 1] Operation not permitted: '/course/.venv'", "written"),
        ("[WinError 5] 拒绝访问。: 'C:\\\\course\\\\.venv'", "written"),
        ("HINT: ... this system does not have Windows Long Path support enabled.", "too long"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "no build"),
    ],
)
def test_what_pip_and_the_system_say_has_a_sentence(unset, said, sentence):
    assert sentence in unset.sentence_for(said)


def test_an_unknown_cause_gets_no_wrong_sentence(unset):
    assert unset.sentence_for("ERROR: Exception: something quite new") is None


# Instructors' commands


@pytest.fixture
def presented(ready, offline):
    """A chapter that was presented before, and is presented again; the stand-in builds nothing."""
    slides = ready.ROOT / "build" / "slides" / "03"
    (slides / "class").mkdir(parents=True)
    (slides / "class" / "class.csv").write_text("name")
    (slides / "settings").mkdir()
    (slides / "record.jsonl").touch()
    (ready.ROOT / "course_utils" / "authoring" / "__main__.py").write_text(
        TELL.format(name="authoring")
        + "from pathlib import Path\n"
        + "if sys.argv[1:] != ['lesson', '9'] and sys.argv[1] == 'lesson':\n"
        + "    Path(f'build/slides/{sys.argv[2].zfill(2)}/03_page.ipynb').touch()\n"
        + "sys.exit(sys.argv[2:] == ['9'])\n",
        "utf-8",
    )
    yield lambda *arguments: start(ready.ROOT, offline, "present", *arguments)
    shutil.rmtree(ready.ROOT / "build")


def test_present_builds_the_lesson_and_opens_its_slides(presented, ready):
    done = presented("3", "--no-browser")
    assert done.returncode == 0, done.stderr
    lesson, lab = ran(done)
    assert lesson.arguments == ["lesson", "3"]
    assert "--LabApp.default_url=/lab/tree/build/slides/03/03_page.ipynb" in lab.arguments
    assert "--no-browser" in lab.arguments
    assert "Alt + P" in done.stdout
    assert "Alt + N" in done.stdout


def test_a_class_begins_with_settings_and_a_record_of_its_own(presented, ready):
    lab = ran(presented("3", "--no-browser"))[-1]
    slides = ready.ROOT / "build" / "slides" / "03"
    assert Path(lab.variables["COURSE_PROGRESS"]).parent == slides
    assert not Path(lab.variables["COURSE_PROGRESS"]).exists()
    (settings,) = (slides / "settings").rglob("jupyterlab-slideshow/*.jupyterlab-settings")
    assert json.loads(settings.read_text("utf-8")) == {"active": True}
    assert f"--LabApp.user_settings_dir={slides / 'settings'}" in lab.arguments


def test_what_was_exported_of_an_earlier_class_stays(presented, ready):
    presented("3", "--no-browser")
    assert (ready.ROOT / "build/slides/03/class/class.csv").read_text() == "name"


def test_another_chapter_leaves_the_slides_of_the_first_alone(presented, ready):
    presented("3", "--no-browser")
    presented("4", "--no-browser")
    assert {path.name for path in (ready.ROOT / "build/slides/03").iterdir()} >= {
        "03_page.ipynb",
        "settings",
    }


def test_a_chapter_that_is_presented_already_is_left_alone(presented, ready):
    slides = ready.ROOT / "build" / "slides" / "03"
    with ready.hold(slides / "open", pytest.fail):
        done = presented("3", "--no-browser")
    assert done.returncode == 1
    assert done.stderr.startswith("This chapter is presented already, in another window.")
    assert (slides / "record.jsonl").exists()
    assert presented("3", "--no-browser").returncode == 0


def test_a_chapter_that_cannot_be_built_is_not_presented(presented):
    done = presented("9", "--no-browser")
    assert done.returncode == 1
    assert [each.name for each in ran(done)] == ["authoring"]


def test_present_wants_a_chapter(presented):
    done = presented()
    assert done.returncode == 2
    assert "chapter" in done.stderr


# Authors' commands


def test_test_runs_every_part_far_from_the_persons_progress(ready, offline):
    done = start(ready.ROOT, offline, "test")
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^\d of 3", done.stdout, re.M) == ["1 of 3", "2 of 3", "3 of 3"]
    assert re.search(r"All passed: \d+ min \d+ s\.$", done.stdout)
    package, beside, notebooks = ran(done)
    assert {"tests", "--ignore=tests/oracles"} <= set(package.arguments)
    assert "tests/oracles" in beside.arguments
    assert {"notebooks", "--nbval", "--nbval-cell-timeout=60"} <= set(notebooks.arguments)
    progress = {each.variables["COURSE_PROGRESS"] for each in (package, beside, notebooks)}
    assert len(progress) == 3
    assert not any(
        Path(folder).exists() or ready.ROOT in Path(folder).parents for folder in progress
    )


def test_only_what_compares_with_other_libraries_has_them(ready, offline):
    done = ran(start(ready.ROOT, offline, "test"))
    having = [
        each.arguments
        for each in done
        if str(ready.VENV / "oracles") in each.variables["PYTHONPATH"]
    ]
    assert ["tests/oracles" in arguments for arguments in having] == [True]


@pytest.mark.parametrize("part", ["tests", "tests/oracles", "--nbval"])
def test_one_part_that_fails_fails_the_whole(ready, offline, part):
    done = start(ready.ROOT, {**offline, "FAILING": part}, "test")
    assert done.returncode == 1
    assert "Not all passed" in done.stdout
    assert len(ran(done)) == 3


@pytest.mark.parametrize(("chosen", "beside"), [("tests/analysis", False), ("tests/oracles", True)])
def test_test_hands_its_arguments_to_pytest_alone(ready, offline, chosen, beside):
    done = start(ready.ROOT, offline, "test", chosen, "-k", "size")
    (package,) = ran(done)
    assert package.arguments[-3:] == [chosen, "-k", "size"]
    assert (str(ready.VENV / "oracles") in package.variables["PYTHONPATH"]) == beside


def test_authors_need_none_of_the_tests_tools(course_only, monkeypatch):
    monkeypatch.setattr(course_only, "run", lambda *arguments, layers: len(layers))
    assert course_only.main(["build"]) == 0


@pytest.mark.parametrize(
    "arguments", [["build"], ["answers", "3"], ["data"], ["handout", "3"], ["guide", "3"]]
)
def test_authors_commands_reach_their_module(ready, offline, arguments):
    (author,) = ran(start(ready.ROOT, offline, *arguments))
    assert (author.name, author.arguments) == ("authoring", arguments)


def test_a_word_that_is_no_command_is_refused(ready, offline):
    done = start(ready.ROOT, offline, "tset")
    assert done.returncode == 2
    assert "tset" in done.stderr
