"""The product on one machine: embedded PostgreSQL and Valkey, and the processes of ``start``.

Plain Python, no Django: ``manage.py`` uses it before settings are read. Read ``paths`` for what lies where, then
``services``, then ``supervisor``. Production names its own servers by ``DATABASE_URL`` and ``REDIS_URL``, and of this
package nothing runs.
"""
