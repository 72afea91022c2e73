"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

from c2m2a_crm.core.web_process import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "c2m2a_crm.settings.dev")

application = get_wsgi_application()
settle()
