"""What every IPython kernel of this environment loads at its start."""

c.InteractiveShellApp.extensions = [  # noqa: F821 (IPython gives c)
    "course_utils.kernel.shell",
    "course_utils.kernel.binder",
]
c.InlineBackend.figure_formats = {"retina"}  # noqa: F821 (sharp on high-density screens)
