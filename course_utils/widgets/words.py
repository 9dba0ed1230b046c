"""What labs, quizzes and reveals say."""

from course_utils.language import words_of

__getattr__ = words_of(__file__)
