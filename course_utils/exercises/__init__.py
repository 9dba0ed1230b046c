"""What is asked and how an answer is judged: exercises, verdicts, decisions. It knows no widget."""
