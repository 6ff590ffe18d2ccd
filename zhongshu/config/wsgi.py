"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from zhongshu.config.counting import share_counts
from zhongshu.config.learning import keep_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
share_counts()
application = get_wsgi_application()

keep_up()
