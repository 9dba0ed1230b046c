"""A notebook and its labs on the screen of a browser, as a person meets them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page

from .server import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"

CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8")
SLIDE = Path(__file__).with_name("slide.js").read_text("utf-8")

BEGINS = {"slide_type": "slide"}  # the metadata of a slide's first cell

OPEN_AND_IDLE = """() => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.isReady && panel.sessionContext.session?.kernel?.status === 'idle';
}"""

# It is waited for apart: of a promise that a page holds for long, the browser may lose track.
TURN_TO = """name => {
  jupyterapp.shell.currentWidget.dispose();
  void jupyterapp.commands.execute('docmanager:open', {path: name});
}"""

HAS_TURNED_TO = """name => jupyterapp.shell.currentWidget?.context?.path === name"""

DRAWN = """() =>
  jupyterapp.shell.currentWidget.content.widgets.every(cell => !cell.isPlaceholder())"""

# Keeps account of what the page asks the kernel and has no answer to yet. A control keeps its next
# question back until the last one is answered, and then asks before that answer is booked here.
LISTEN = """() => {
  const asked = window.asked = {runs: 0, open: new Set()};
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  kernel.anyMessage.connect((_, {msg, direction}) => {
    if (direction === 'send' && msg.channel === 'shell') {
      asked.runs += msg.header.msg_type === 'execute_request';
      asked.open.add(msg.header.msg_id);
    }
  });
  kernel.iopubMessage.connect((_, msg) => {
    if (msg.content.execution_state === 'idle') {
      asked.open.delete(msg.parent_header.msg_id);
    }
  });
}"""

# All at once: of a lab's many parts, one question each would take longer than the lab.
LAB_SHOWS = """async lab => {
  const image = lab.querySelector('img');
  await image.decode();
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const each = (selector, read) => [...lab.querySelectorAll(selector)].map(read);
  return {
    frame: Array.from(digest, byte => byte.toString(16)).join(''),
    sentence: lab.querySelector('[role=status]').innerText,
    values: [
      ...each('[role=slider]', slider => slider.ariaValueText ?? ''),
      ...each('[type=checkbox]', box => `${box.checked}`),
      ...each('[aria-pressed=true]', option => option.innerText),
    ],
  };
}"""

# JupyterLab lays itself out some time after the window; at its right stands a narrow bar.
RESIZED = """([width, scale]) => {
  const edge = document.querySelector('.jp-NotebookPanel').getBoundingClientRect().right;
  return innerWidth === width && devicePixelRatio === scale && Math.abs(width - edge) < 60;
}"""

# Counts a slider's moves and the frames of its lab's figure, until it is told to stop.
COUNT = """slider => {
  const image = slider.closest('.course-lab').querySelector('img');
  const values = new Set();
  let frames = 0;
  const watch = new MutationObserver(changes => {
    values.add(slider.ariaValueNow);
    frames += changes.filter(change => change.target === image).length;
  });
  watch.observe(image, {attributeFilter: ['src']});
  watch.observe(slider, {attributeFilter: ['aria-valuenow']});
  return () => { watch.disconnect(); return [values.size, frames]; };
}"""

FOCUSED = """lab => [...lab.querySelectorAll('button, input, [role=slider]')]
  .indexOf(document.activeElement)"""

PICTURES = """() => [...document.querySelectorAll('.jp-RenderedImage img')].map(image => {
  const below = image.closest('.jp-OutputArea-child').nextElementSibling;
  return [image.alt, below?.querySelector('.jp-OutputArea-output').textContent.trim()];
})"""

IN_SIGHT = """place => {
  const box = document.querySelectorAll('.jp-Notebook .jp-Cell')[place].getBoundingClientRect();
  return box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""

SHOWN = """() => {
  const cells = [...document.querySelectorAll('.jp-Notebook .jp-Cell')];
  const shown = cells.filter(cell => cell.matches('.jp-CodeCell.jp-deck-mod-visible'));
  return shown.map(cell => cells.indexOf(cell));
}"""

# All slides at once: one question each about every slide would take longer than the slides.
SURVEY = """async ([places, read]) => {
  const { content } = jupyterapp.shell.currentWidget;
  const complaints = eval(read);
  const found = [];
  for (const place of places) {
    content.activeCellIndex = place;
    const { node } = content.activeCell;
    do { await new Promise(requestAnimationFrame); } while (!node.matches('.jp-deck-mod-visible'));
    const boards = document.querySelectorAll('.jp-Deck .jp-deck-mod-visible .course-board').length;
    found.push([boards, complaints()]);
  }
  return found;
}"""

SCROLL_ON = """panel => {
  const before = panel.scrollTop;
  panel.scrollTop += panel.clientHeight - 60;
  return panel.scrollTop > before;
}"""


def seen(page: Page, name: str) -> str:
    """What a page shows, as a screen reader would find it; a picture is kept by this name."""
    patience = 5_000  # milliseconds; the page may be hung
    try:
        words = page.locator("body").aria_snapshot(timeout=patience)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", timeout=patience)
    except Error as error:
        return str(error)
    return words


class NotebookPage:
    """A notebook, open in JupyterLab."""

    def __init__(self, context: BrowserContext, address: str, ready: str = OPEN_AND_IDLE) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []  # of the browser's console
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.goto(address)
        self._begin(ready)

    def turn_to(self, name: str) -> None:
        """Close this notebook and open another one in the same window, as a trainee goes on."""
        self.page.evaluate(TURN_TO, name)
        self.page.wait_for_function(HAS_TURNED_TO, arg=name)
        self.complaints.clear()
        self._begin()

    def _begin(self, ready: str = OPEN_AND_IDLE) -> None:
        self.page.wait_for_function(ready)
        self.page.evaluate(LISTEN)

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} {said.location['url']}")

    def command(self, name: str) -> None:
        """Do what a menu of JupyterLab does, and wait until it is done."""
        self.page.evaluate("name => jupyterapp.commands.execute(name)", name)

    def turn(self, theme: str) -> None:
        """Put the page into JupyterLab's "Light" or "Dark" theme."""
        named = {"theme": f"JupyterLab {theme}"}
        self.page.evaluate(
            "named => jupyterapp.commands.execute('apputils:change-theme', named)", named
        )
        light = "true" if theme == "Light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")

    def settle(self) -> None:
        """Wait until the kernel has answered all that the page has asked."""
        self.page.wait_for_function("() => window.asked.open.size === 0")

    def draw(self) -> None:
        """Scroll through all of it: JupyterLab draws a cell when it comes near the screen."""
        for _ in self.scrolled():
            pass
        self.page.wait_for_function(DRAWN)

    def restart_kernel(self) -> None:
        """Restart the kernel: all it knew is gone, and the page stays as it is."""
        session = "jupyterapp.shell.currentWidget.sessionContext.session"
        self.page.evaluate(f"() => {session}.kernel.restart()")
        self.page.wait_for_function(OPEN_AND_IDLE)
        self.page.evaluate("() => window.asked.open.clear()")  # the old kernel answers no more

    def shut_down_kernel(self) -> None:
        """End the kernel, as a night does."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def cells(self) -> list[dict]:
        """The cells as the notebook's file has them."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.model.sharedModel.toJSON().cells"
        )

    def cell(self, words: str) -> "Cell":
        """The first code cell with these words in it."""
        place, source = next(
            (place, cell["source"])
            for place, cell in enumerate(self.cells())
            if cell["cell_type"] == "code" and words in cell["source"]
        )
        return Cell(self, self.page.locator(".jp-Notebook .jp-Cell").nth(place), source)

    def labs(self) -> list["LabOnPage"]:
        """Every lab of the notebook, from top to bottom."""
        return [LabOnPage(self, root) for root in self.page.locator(".course-lab").all()]

    def layout_complaints(self) -> list[str]:
        """What is ugly in the outputs."""
        return self.page.evaluate(LAYOUT)

    def contrast_complaints(self) -> list[str]:
        """Words in the outputs that are too like their ground."""
        return self.page.evaluate(CONTRAST)

    def accessibility_complaints(self) -> list[str]:
        """What axe-core finds serious or critical in the outputs."""
        found = Axe().run(self.page, {"include": [[".jp-OutputArea-output"]]}).response
        return [
            f"{rule['impact']}: {rule['help']}: {part['html']}"
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
            for part in rule["nodes"]
        ]

    def pictures(self) -> list[tuple[str, str]]:
        """The alt text of every picture in the outputs, and the words that stand below it."""
        return [tuple(pair) for pair in self.page.evaluate(PICTURES)]

    def resize(self, width: int, height: int, device_scale: int = 1) -> None:
        """Put the page on a screen of this size, in CSS pixels, and wait until it has settled."""
        screen = {"width": width, "height": height, "deviceScaleFactor": device_scale}
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Emulation.setDeviceMetricsOverride", {**screen, "mobile": False})
        self.page.wait_for_function(RESIZED, arg=[width, device_scale])

    def scrolled(self) -> Iterator[int]:
        """Scroll from top to bottom, a screen at a time; the number of each screen."""
        panel = self.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer")
        panel.evaluate("panel => { panel.scrollTop = 0; }")
        number, more = 0, True
        while more:
            number += 1
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
            yield number
            more = panel.evaluate(SCROLL_ON)


@dataclass
class Cell:
    """A code cell."""

    notebook: NotebookPage
    root: Locator
    source: str  # as it was when the cell was looked up

    def type_and_run(self, source: str) -> str:
        """Put this in place of what is there and run it, by keyboard; what the output says."""
        keyboard = self.notebook.page.keyboard
        self.root.locator(".cm-content").click()
        keyboard.press("ControlOrMeta+a")
        keyboard.insert_text(source)
        return self.run()

    def run(self) -> str:
        """Run the cell by keyboard; what the output says."""
        page = self.notebook.page
        self.root.locator(".cm-content").click()
        before = page.evaluate("() => window.asked.runs")
        page.keyboard.press("Shift+Enter")
        page.wait_for_function("before => window.asked.runs > before", arg=before)
        self.notebook.settle()
        return self.root.locator(".jp-Cell-outputArea").inner_text()


@dataclass(frozen=True)
class Shown:
    """What a lab shows: a digest of its figure, its sentence, its controls' values."""

    frame: str
    sentence: str
    values: tuple[str, ...]


@dataclass
class LabOnPage:
    """A lab, worked by keyboard."""

    notebook: NotebookPage
    root: Locator

    @property
    def sliders(self) -> list[Locator]:
        return self.root.get_by_role("slider").all()

    @property
    def switches(self) -> list[Locator]:
        return self.root.get_by_role("checkbox").all()

    @property
    def choices(self) -> list[list[Locator]]:
        """The buttons of each choice of one among several."""
        groups = self.root.locator(".widget-toggle-buttons").all()
        return [group.locator(".widget-toggle-button").all() for group in groups]

    @property
    def buttons(self) -> list[Locator]:
        """The presets, and the reset."""
        return self.root.locator("button:not(.widget-toggle-button)").all()

    @property
    def image(self) -> Locator:
        return self.root.locator("img")

    def shown(self) -> Shown:
        """What the lab shows once it has come to rest."""
        self.notebook.settle()
        shown = self.root.evaluate(LAB_SHOWS)
        return Shown(shown["frame"], shown["sentence"], tuple(shown["values"]))

    def press(self, control: Locator, key: str) -> Shown:
        """Press a key on a control."""
        control.press(key)
        return self.shown()

    def reset(self) -> Shown:
        """Press the last button."""
        return self.press(self.buttons[-1], "Enter")

    def reached_by_tab(self) -> int:
        """How many of the controls Tab goes through, from the first on."""
        self.buttons[0].focus()
        reached = set()
        while (place := self.root.evaluate(FOCUSED)) >= 0 or self._in_readout():
            reached |= {place} - {-1}
            self.notebook.page.keyboard.press("Tab")
        return len(reached)

    def _in_readout(self) -> bool:
        return self.root.locator(".widget-readout:focus").count() > 0

    def hold(self, slider: Locator, key: str, repeats: int) -> tuple[int, int]:
        """Hold a key down, repeating as fast as it can; how many moves and frames that made."""
        slider.focus()
        count = slider.evaluate_handle(COUNT)
        for _ in range(repeats):
            self.notebook.page.keyboard.down(key)
        self.notebook.page.keyboard.up(key)
        self.notebook.settle()
        moves, frames = count.evaluate("stop => stop()")
        return moves, frames


@dataclass
class BoardOnPage:
    """A board for an instructor."""

    page: Page
    root: Locator

    def take_in(self, text: str) -> str:
        """Paste this and press the button; what the board says."""
        self.root.locator("textarea").fill(text)
        return self._after(".course-report", self.root.get_by_role("button", name="Take in").click)

    def views(self) -> list[str]:
        """What it can show."""
        return self.root.locator("option").all_inner_texts()

    def show(self, view: str) -> str:
        """Choose a view, which comes covered; what the board says then."""
        choose = self.root.locator("select").select_option
        return self._after(".course-said", lambda: choose(label=view))

    def reveal(self) -> str:
        """Tick the box; what the board says then."""
        return self._after(".course-said", self.root.get_by_role("checkbox").check)

    def export(self) -> list[str]:
        """Press the button; the names of the files that it offers."""
        self._after(".course-report", self.root.get_by_role("button", name="Save").click)
        return self.root.locator("a[download]").all_inner_texts()

    def _after(self, part: str, act: Callable[[], object]) -> str:
        """Do something that changes what a part of the board says; what it says then."""
        said = self.root.locator(part)
        before = said.inner_text()
        act()
        arg = [said.element_handle(), before]
        self.page.wait_for_function("([part, before]) => part.innerText !== before", arg=arg)
        return said.inner_text()


class Slide(NamedTuple):
    """A slide: its first cell, how many boards it has, what can't be seen or read on it."""

    place: int
    boards: int
    complaints: list[str]


class SlideShow:
    """A notebook as a slide show."""

    NOTEBOOK = "jupyterapp.shell.currentWidget.content"

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self.page = notebook.page

    def runs(self) -> bool:
        """Whether slides are on screen, and not the notebook."""
        return self.page.locator("body[data-jp-deck-mode=presenting] .jp-Deck").count() == 1

    def start(self, at: str = "") -> None:
        """Show the slide of the first cell that has these words."""
        sources = [cell["source"] for cell in self.notebook.cells()]
        self.notebook.command("deck:start")
        self.go_to(next(place for place, source in enumerate(sources) if at in source))

    def place(self) -> int:
        """The number of the active cell."""
        return self.page.evaluate(f"() => {self.NOTEBOOK}.activeCellIndex")

    def shown(self) -> list[int]:
        """The numbers of the cells on the slide that hold code."""
        return self.page.evaluate(SHOWN)

    def wait_to_see(self, place: int) -> None:
        """Wait until the cell of this number is in sight; it fails when that doesn't come."""
        self.page.wait_for_function(IN_SIGHT, arg=place, timeout=10_000)

    def survey(self) -> list[Slide]:
        """Go from the first slide to the last; what each shows."""
        self.start()
        kinds = [cell["metadata"].get("slideshow", {}) for cell in self.notebook.cells()]
        first_cells = [place for place, kind in enumerate(kinds) if kind == BEGINS]
        seen = self.page.evaluate(SURVEY, [first_cells, SLIDE])
        return [Slide(place, *shown) for place, shown in zip(first_cells, seen, strict=True)]

    def wait_for_slide(self, number: int) -> None:
        """Wait until the foot line says that this slide is on, the first being 0."""
        foot = ".course-foot select"
        self.page.wait_for_function(
            f"number => document.querySelector('{foot}').value === `${{number}}`", arg=number
        )

    def complaints(self) -> list[str]:
        """What can't be seen or read on the slide."""
        return self.page.evaluate(SLIDE)

    def boards(self) -> list["BoardOnPage"]:
        """The boards on the slide."""
        found = self.page.locator(".jp-Deck .jp-deck-mod-visible .course-board").all()
        return [BoardOnPage(self.page, root) for root in found]

    def go_to(self, place: int) -> None:
        """Go to the slide with the cell of this number, and wait until it is drawn."""
        self.page.evaluate(f"place => {{ {self.NOTEBOOK}.activeCellIndex = place; }}", place)
        self.page.wait_for_selector(".jp-Deck .jp-mod-active.jp-deck-mod-visible", state="attached")
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
