"""Operations: acts on many rows that are applied as one and can be taken back as one."""
