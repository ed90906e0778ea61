"""The bench: a repository of any size, and what the commands cost there against the limits that the project promises."""
