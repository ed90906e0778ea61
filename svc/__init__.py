"""svc: service records under a documented quality procedure, kept in a git repository."""

__version__ = "0.1.0"
