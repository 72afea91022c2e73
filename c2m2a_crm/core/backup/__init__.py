"""Everything of an installation in one encrypted file, and the way back: records, files, the signing key.

``container`` is the file's envelope, ``contents`` what stands in it, ``database`` dump and scratch databases,
``services`` makes backups and keeps them, ``trying`` is the drill, ``restoring`` the way back, ``unfinished`` what a
restore that was killed has left. The format is written down in ``docs/backup.md``.
"""
