"""What the reading of an export, its audit and the memo say."""

from course_utils.language import words_of

__getattr__ = words_of(__file__)
