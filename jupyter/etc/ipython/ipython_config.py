"""What every IPython kernel of this environment loads at its start."""

c.InteractiveShellApp.extensions = ["course_utils.classroom.shell"]  # noqa: F821 (IPython gives c)
c.InlineBackend.figure_formats = {"retina"}  # noqa: F821 (sharp on high-density screens)
