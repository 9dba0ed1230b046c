"""How fast the course is beside what one would use instead, both measured in one run."""
