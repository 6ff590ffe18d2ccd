"""The WSGI application that granian serves."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from zhongshu.config.counting import share_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
share_counts()
application = get_wsgi_application()


def _learn() -> None:
    """The classifier learns its sentences beside the first requests, so that no caller waits for it."""
    from zhongshu.cases.classification.shipped import shipped_model

    shipped_model()


Thread(target=_learn, daemon=True).start()
