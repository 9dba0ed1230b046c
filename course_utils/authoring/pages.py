"""A page that stands by itself: one HTML file that loads nothing, and a PDF of it."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


def write_page(path: Path, html: str) -> str:
    """Write the page; where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A page to read and print needs no script, and without them it loads nothing.
    path.write_text(SCRIPT.sub("", html), "utf-8")
    return f"{path}"


def print_page(page: Path) -> str:
    """Print the page to a PDF beside it, where a browser is there that can; what came of it."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    pdf = page.with_suffix(".pdf")
    pdf.unlink(missing_ok=True)
    if browser:
        with tempfile.TemporaryDirectory() as profile:
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            command = [browser, *options, f"--user-data-dir={profile}", f"--print-to-pdf={pdf}"]
            subprocess.run([*command, page.as_uri()], capture_output=True)
    if pdf.exists():
        return f"{pdf}"
    return "No PDF, as no Chromium was found here. Open the page in a browser and print it."
