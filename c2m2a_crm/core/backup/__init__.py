"""Everything of an installation in one encrypted file, and the way back: records, files, the signing key.

``container`` is the file's envelope, ``contents`` what stands in it, ``database`` dump and scratch databases,
``services`` the acts: make, check, restore, drill. The format is written down in ``docs/backup.md``.
"""
