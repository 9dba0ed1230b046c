"""The course as a whole, above its chapters: where you are, and your work in one piece."""

from course_utils.course.the_course import Course

course = Course()

__all__ = ["course"]
