"""What a kernel of the course says."""

from course_utils.language import words_of

__getattr__ = words_of(__file__)
