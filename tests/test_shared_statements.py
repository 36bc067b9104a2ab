"""Engines on SQLite share what is compiled, and nothing else."""

from __future__ import annotations

import sqlalchemy as sa

from msnewsletter.store.sqlite import create_sqlite


def test_a_statement_is_compiled_once_and_asks_each_database() -> None:
    tables = sa.MetaData()
    table = sa.Table("shared_by_two", tables, sa.Column("number", sa.Integer))
    kept, found = [], []
    for number in (1, 2):
        engine = create_sqlite(None)
        with engine.begin() as connection:
            tables.create_all(connection)
            connection.execute(sa.insert(table), [{"number": number}])
            found += connection.execute(sa.select(table).where(table.c.number > 0)).all()
            kept.append(len(engine._compiled_cache or ()))
        engine.dispose()
    assert found == [(1,), (2,)]
    assert kept[0] == kept[1] > 0
