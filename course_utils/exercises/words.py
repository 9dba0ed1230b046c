"""What is said about an answer, a range and a choice."""

from course_utils.language import words_of

__getattr__ = words_of(__file__)
