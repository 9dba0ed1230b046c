"""What every IPython kernel of this environment loads at its start."""

c.InteractiveShellApp.extensions = ["course_utils.classroom.shell"]  # noqa: F821 (IPython gives c)
