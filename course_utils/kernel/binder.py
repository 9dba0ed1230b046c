"""What a kernel on Binder loads besides: a banner, once, that says when the session ends."""

from typing import Any

from course_utils.session import on_binder


def load_ipython_extension(shell: Any) -> None:
    """Show the banner under the first cell that is run; nothing at all anywhere else."""
    if not on_binder():
        return

    def show_once(result: object) -> None:
        from IPython.display import display

        shell.events.unregister("post_run_cell", show_once)
        display(banner())

    shell.events.register("post_run_cell", show_once)


def banner() -> Any:
    """When the session ends, and the button that saves before: a widget."""
    import ipywidgets as widgets

    from course_utils.course import course, words
    from course_utils.course.work import SaveBox
    from course_utils.exercises.feedback import Feedback

    said = widgets.HTML(Feedback("info", words.binder).html())
    return widgets.VBox([said, SaveBox(course.save_now)])
