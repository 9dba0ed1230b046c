"""The blank that stands where a trainee's answer goes."""


class Blank:
    """Stands for an answer not yet given. There is one, `____`."""

    def __repr__(self) -> str:
        return "____"


____ = Blank()


def is_blank(*values: object) -> bool:
    """Whether any of the values is still the blank."""
    return any(isinstance(value, Blank) for value in values)
