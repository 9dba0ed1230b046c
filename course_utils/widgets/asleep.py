"""What stands in a notebook where a widget was, once its kernel is gone."""

from collections.abc import Mapping
from typing import Any

from course_utils.widgets import words

Bundle = tuple[dict[str, Any], dict[str, Any]]


def stored_beside(bundle: Mapping[str, Any], text: str, png: str = "", **picture: object) -> Bundle:
    """A widget's bundle with these words and this picture in it, and how to wake it.

    `bundle` is as ipywidgets makes it, `png` the picture in Base64, `picture` what a page needs of
    it, its `width` and `alt`. The page's extension reads the rest of what is returned, which are
    the output's data and metadata.
    """
    data, metadata = {**bundle, "text/plain": text}, {"course": {"asleep": words.asleep}}
    if png:
        data["image/png"] = png
        metadata["image/png"] = picture
    return data, metadata
