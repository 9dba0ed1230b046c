"""Exercises, verdicts, progress and labs: what teaches, whatever the case."""
