"""What the directory takes from other people's tables: organizations and people.

``names`` and ``words`` read cells, ``columns`` says what a column means, ``reading`` reads a row, ``judging`` compares
it with what is on file, ``planner`` ties them to the import of the ground floor (``core.imports``).
"""
