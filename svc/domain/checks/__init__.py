"""The parts of `check` that read the log of one record."""
