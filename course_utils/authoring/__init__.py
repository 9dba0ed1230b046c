"""What the course's authors run: the notebooks from their sources, the data from the worlds."""
