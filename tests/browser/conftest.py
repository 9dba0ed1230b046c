"""JupyterLab and Chromium, as a trainee has them, with nothing of this machine's own in them."""

import shutil
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from .server import ROOT, Jupyter, jupyterlab

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEW = {"width": 1440, "height": 900}  # a plain laptop screen


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="keep a picture of every screen")


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> bool:
    """Whether to keep pictures of all screens, in build/screenshots: for eyes, not for checks."""
    return request.config.getoption("--pictures", default=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell with a failure what was on the screen: where nobody watches, it is soon gone."""
    report = yield
    context = getattr(item, "funcargs", {}).get("context")
    if report.when == "call" and report.failed and context:
        from .lab_page import seen

        for number, page in enumerate(context.pages):
            report.sections += [(f"page {number}", seen(page, f"failed-{item.name}-{number}"))]
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where a Chromium is on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: the notebooks were not tried in a browser")
    return found


@pytest.fixture(scope="session")
def jupyter(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """JupyterLab on a copy of the notebooks."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns("source"))
    with jupyterlab(home / "notebooks", home) as running:
        yield running


@pytest.fixture(scope="module")  # Playwright allows no second one in the process
def context(chromium: str) -> Iterator[object]:
    """A fresh browser profile."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as control:
        browser = control.chromium.launch(
            executable_path=chromium,
            args=list(FLAGS),
            ignore_default_args=["--hide-scrollbars"],  # they take room, and may be the news
        )
        context = browser.new_context(viewport=VIEW, reduced_motion="reduce")
        context.set_default_timeout(60_000)
        yield context
        browser.close()
