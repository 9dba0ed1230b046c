"""The helper package of the course: what its notebooks import."""
