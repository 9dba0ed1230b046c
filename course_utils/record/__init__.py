"""What a trainee has done: the log, codes to carry it, and archives of the whole work."""
