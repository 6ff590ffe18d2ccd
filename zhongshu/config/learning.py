"""The classifier's model in a long-lived process: learned beside the first requests, kept up with retrainings."""

import logging
from threading import Thread
from time import sleep

from django.db import DatabaseError, connection

LOOKED_EVERY = 60  # seconds

logger = logging.getLogger(__name__)


def keep_up() -> None:
    """In a thread of its own, so that no caller waits for it."""
    Thread(target=_look_again_and_again, daemon=True).start()


def _look_again_and_again() -> None:
    from zhongshu.cases.classification.shipped import shipped_model

    shipped_model()
    while True:
        _take_what_was_learned()
        sleep(LOOKED_EVERY)


def _take_what_was_learned() -> None:
    from zhongshu.cases.engine.learned import refresh

    try:
        refresh()
    except DatabaseError:
        logger.warning("classifier: the database was not there; looked at again in a minute")
    finally:
        connection.close()
