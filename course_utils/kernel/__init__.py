"""What a kernel of the course loads at its start."""
