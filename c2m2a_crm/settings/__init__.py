"""Settings by situation: ``dev`` (what ``start`` uses), ``test``, ``prod``; all stand on ``base``."""
