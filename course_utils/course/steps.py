"""What a board has taken in, step by step, so that the last step can be taken back."""

from copy import deepcopy
from typing import Any, ClassVar


class Steps:
    """Something that takes in pastes; `_held` names the attributes that hold what came of them."""

    _held: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self._past: list[dict[str, Any]] = []
        self.begin()

    def begin(self) -> None:
        """Hold nothing yet."""
        raise NotImplementedError

    def step(self) -> None:
        """Remember how things stand."""
        self._past.append(deepcopy({name: getattr(self, name) for name in self._held}))

    def new_class(self) -> None:
        """Begin anew; this, too, is a step that can be taken back."""
        self.step()
        self.begin()

    def take_back(self) -> bool:
        """Go back to how things stood before the last step; whether there was one."""
        if not self._past:
            return False
        for name, value in self._past.pop().items():
            setattr(self, name, value)
        return True
