"""Prepared: a statement that SQLAlchemy writes once for each database, and that the driver carries out from then on.

It is for what every tap does. Values and results pass through the types of their columns as everywhere else, errors are
SQLAlchemy's, and what the session has changed is written first; what is spared is all that SQLAlchemy does anew at each
execution, which costs ten times what the driver takes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Executable, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session, SQLModel

Values = Mapping[str, Any]
Row = tuple[Any, ...]
NONE: Values = {}
Convert = Callable[[Any], Any] | None
Model = TypeVar("Model", bound=SQLModel)


class _Written:
    """A statement in the words of one database."""

    def __init__(self, statement: Any, dialect: Dialect, given: Collection[str] | None) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(given) if given else None)
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise TypeError("a statement whose text depends on its values cannot be prepared")
        self.sql = str(compiled)
        defaults = {column.key: column.default.arg for column in compiled.insert_prefetch}  # type: ignore[union-attr]
        binds = {
            name: (
                bind.key,
                defaults.get(bind.key, bind.value),
                bind.type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name, bind in compiled.binds.items()
        }
        self._names: list[str] | None = None if compiled.positiontup else list(binds)
        self._binds: list[tuple[str, Any, Convert]] = [binds[name] for name in compiled.positiontup or binds]
        returned = getattr(statement, "exported_columns", ())
        self._results: list[Convert] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned
        ]
        self._plain = not any(self._results)

    def values(self, given: Values) -> Any:
        """Return what the driver takes: values by their place or by their name."""
        found = [
            convert(given.get(key, constant)) if convert else given.get(key, constant)
            for key, constant, convert in self._binds
        ]
        return found if self._names is None else dict(zip(self._names, found, strict=True))

    def row(self, found: Row) -> Row:
        """Return a row with the types of its columns."""
        if self._plain:
            return found
        return tuple(
            [convert(value) if convert else value for convert, value in zip(self._results, found, strict=True)]
        )


class Prepared:
    """A statement with named values, built at module level.

    ``statement`` may be made from a dialect's name where the databases have no words in common. The values of an INSERT
    name its columns. No list can be among the values (an IN with a list is another text each time).
    """

    def __init__(self, statement: Executable | Callable[[str], Executable]) -> None:
        self.statement = statement
        self._written: dict[tuple[str, frozenset[str] | None], _Written] = {}

    def rows(self, session: Session, values: Values = NONE) -> list[Row]:
        """Return all rows, as plain tuples."""
        written, cursor = self._execute(session, values)
        return [written.row(found) for found in cursor.fetchall()]

    def first(self, session: Session, values: Values = NONE) -> Row | None:
        """Return the first row, if there is one."""
        written, cursor = self._execute(session, values)
        found = cursor.fetchone()
        cursor.close()  # SQLite keeps a statement under way until it is read to its end
        return written.row(found) if found else None

    def entity(self, session: Session, values: Values, model: type[Model]) -> Model | None:
        """Return the entity of the first row, as it is now; the statement selects that entity."""
        found: Model | None = self.entities(session, values, model)[0]
        return found

    def entities(self, session: Session, values: Values, *models: type[SQLModel]) -> tuple[Any, ...]:
        """Return the entities of the first row, in their order; in place of one that is not there, nothing."""
        row = self.first(session, values) or ()
        found = []
        for model in models:
            columns = len(_shape(model)[1])
            found.append(_attached(session, model, row[:columns]))
            row = row[columns:]
        return tuple(found)

    def run(self, session: Session, values: Values = NONE) -> int:
        """Write; return how many rows that touched."""
        return int(self._execute(session, values)[1].rowcount)

    def run_many(self, session: Session, values: Sequence[Values]) -> int:
        """Write once for each of these values, which name the same columns; return how many rows that touched."""
        return int(self._execute(session, values[0], values)[1].rowcount) if values else 0

    def _execute(self, session: Session, values: Values, many: Sequence[Values] | None = None) -> tuple[_Written, Any]:
        session.flush()
        connection = session.bind if isinstance(session.bind, Connection) else session.connection()
        written = self._in_words_of(connection.dialect, values)
        if many is None:
            return written, execute(connection, written.sql, written.values(values))
        return written, execute(connection, written.sql, [written.values(each) for each in many], many=True)

    def _in_words_of(self, dialect: Dialect, values: Values) -> _Written:
        given = self.statement
        inserts = not isinstance(given, Executable) or given.is_insert
        key = (dialect.name, frozenset(values) if inserts else None)
        found = self._written.get(key)
        if found is None:
            statement = given if isinstance(given, Executable) else given(dialect.name)
            found = self._written[key] = _Written(statement, dialect, key[1])
        return found


@cache
def _shape(model: type[SQLModel]) -> tuple[Mapper[Any], list[str], list[int]]:
    """Return how a row becomes an entity: its mapper, the names of its columns, and which of them are its key."""
    mapper: Mapper[Any] = inspect(model)
    names = list(mapper.columns.keys())
    return mapper, names, [names.index(str(column.key)) for column in mapper.primary_key]


def _attached(session: Session, model: type[Model], row: Row) -> Model | None:
    """Return the entity of a row that holds the columns of its table, in their order, or nothing without a key."""
    mapper, names, places = _shape(model)
    if not row or any(row[place] is None for place in places):
        return None
    values = dict(zip(names, row, strict=True))
    known: Model | None = session.identity_map.get(
        mapper.identity_key_from_primary_key(tuple([row[place] for place in places]))
    )
    if known:
        for name, value in values.items():
            set_committed_value(known, name, value)
        return known
    entity: Model = mapper.class_manager.new_instance()
    entity.__dict__.update(values)
    make_transient_to_detached(entity)
    session.add(entity)
    return entity


def execute(connection: Connection, sql: str, values: Any = (), *, many: bool = False) -> Any:
    """Let the driver carry out what is written in the database's own words; return its cursor.

    :raises DBAPIError: as SQLAlchemy does, but without the values: people's words are among them.
    """
    cursor = connection.connection.cursor()
    try:
        if many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, sql, error) from error
    return cursor


def _told(connection: Connection, sql: str, error: Any) -> BaseException:
    dialect = connection.dialect
    if dialect.is_disconnect(error, connection.connection.dbapi_connection, None):
        connection.engine.dispose()  # the other connections are gone, too
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    told: BaseException = DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=dialect)
    return told
