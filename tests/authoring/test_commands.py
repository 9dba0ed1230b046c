"""The authors' commands, as start.py calls them."""

import pytest

from course_utils.authoring import __main__ as commands


def test_a_folder_that_cannot_be_written_is_named_in_a_sentence(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "build/guide")

    monkeypatch.setattr(commands, "main", refuse)
    with pytest.raises(SystemExit, match="build/guide can't be written: Permission denied"):
        commands.run(["guide", "3"])
