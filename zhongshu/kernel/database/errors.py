"""The one error that the launcher raises."""


class DatabaseUnavailable(RuntimeError):
    """The database can't be used; the message is one sentence for the person who started the program."""
