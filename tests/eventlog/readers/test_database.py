"""Databases: read and never written, tables chosen or refused, passwords never shown."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svcflow.errors import InputError, MappingError, SvcflowError
from svcflow.eventlog import read_log
from svcflow.eventlog.databases import urls
from svcflow.eventlog.opening import read_table, stream_table
from svcflow.eventlog.raw import Stated

Rows = list[tuple[str, str, dt.datetime, str, float]]


@pytest.fixture
def server(postgresql: str, events: Rows) -> str:
    """Fill the PostgreSQL server with the events and return its URL."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgresql, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("DROP TYPE IF EXISTS step")
        cursor.execute("CREATE TYPE step AS ENUM ('Opened', 'Assigned', 'Resolved', 'Closed')")
        cursor.execute(
            'CREATE TABLE "the ""events""" ("ticket id" text, activity step, timestamp timestamptz, agent text, '
            "minutes double precision, cost numeric(9,2), tags text[], address inet, due interval, closed boolean)"
        )
        for case, step, time, agent, minutes in events:
            cursor.execute(
                f"INSERT INTO \"the \"\"events\"\"\" VALUES ('{case}', '{step}', '{time.isoformat()}+01:00', "
                f"'{agent}', {minutes}, 12.5, '{{a,b}}', '10.0.0.1', '2 days', true)"
            )
        cursor.execute("CREATE TABLE agents AS SELECT 'ann' AS name, 'A' AS team")
    return postgresql


def test_postgresql_gives_the_log(server: str, events: Rows) -> None:
    log = read_log(server)
    assert (log.cases, log.events) == (10, 40)
    assert log.zone == "UTC"
    first = np.datetime64(min(row[2] for row in events)) - np.timedelta64(1, "h")
    assert int(log.time.min()) == int((first - np.datetime64("1970-01-01")) / np.timedelta64(1, "ms"))
    assert log.notes[0].startswith(
        "table 'the \"events\"': the only one with case, activity and time; not read: agents"
    )
    table = read_table(server, Stated())
    assert {name: table.load(name)[0].as_py() for name in table.names[1:] if name != "timestamp"} == {
        "activity": "Opened",
        "agent": "bob",
        "minutes": 0.0,
        "cost": "12.50",
        "tags": "a, b",
        "address": "10.0.0.1/32",
        "due": "2 days",
        "closed": True,
    }


def test_postgresql_in_blocks_by_query_and_table(server: str) -> None:
    query = (
        "SELECT case_id, n FROM (SELECT 'T' || i AS case_id, i AS n FROM generate_series(1, 300000) i) s ORDER BY n;"
    )
    blocks = list(stream_table(server, Stated(query=query), 10_000))
    assert len(blocks) > 1
    assert np.concatenate([block.load("n").to_numpy() for block in blocks]).tolist() == list(range(1, 300_001))
    assert [blocks[0].number(0), blocks[-1].number(blocks[-1].rows - 1)] == [1, 300_000]
    assert read_table(server, Stated(table="AGENTS")).rows == 1
    with pytest.raises(MappingError, match="has no table 'agent'; did you mean 'agents'"):
        read_table(server, Stated(table="agent"))


WRITES = [
    "INSERT INTO agents VALUES ('x', 'y')",
    "WITH x AS (INSERT INTO agents VALUES ('x', 'y') RETURNING 1) SELECT * FROM x",
    "SELECT 1; DROP TABLE agents",
    "DROP TABLE agents",
    "CREATE TABLE more (a int)",
    "COPY agents TO '{file}'",
    "SELECT * FROM agents) TO PROGRAM 'touch {file}' --",
    "COPY agents TO PROGRAM 'touch {file}'",
    "ATTACH '{file}' AS other",
    "VACUUM INTO '{file}'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT load_extension('x')",
    "nonsense",
    "",
]


@pytest.mark.parametrize("query", WRITES[:-1])
@pytest.mark.parametrize("kind", ["events.sqlite", "events.duckdb", "postgresql"])
def test_a_query_can_do_nothing_but_read(
    kind: str, query: str, sample: Callable[[str], Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = request.getfixturevalue("server") if kind == "postgresql" else sample(kind)
    target = tmp_path / "written"
    before = None if kind == "postgresql" else place.read_bytes()
    with pytest.raises(InputError) as raised:
        read_table(place, Stated(query=query.format(file=target)))
    assert "\n" not in raised.value.message
    assert not target.exists()
    assert before is None or place.read_bytes() == before
    agents = read_table(place, Stated(table="agents"))
    assert agents.rows == 1


def test_two_tables_that_fit_are_named_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "two.db"
    with sqlite3.connect(path) as database:
        for name in ("old", "new"):
            database.execute(f"CREATE TABLE {name} (case_id, activity, timestamp)")
            database.execute(f"INSERT INTO {name} VALUES (1, 'a', '2024-01-31')")
    database.close()
    with pytest.raises(MappingError, match=r"two\.db: 2 tables could hold the events") as raised:
        read_table(path, Stated())
    assert "tables: old, new" in raised.value.hint
    assert read_table(path, Stated(table="NEW")).rows == 1
    assert read_log(path, source={"query": "SELECT * FROM old UNION ALL SELECT * FROM new"}).events == 2
    assert read_log(f"sqlite://{path}", source={"table": "old"}).source == "two.db"


def test_values_of_sqlite_as_they_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "odd names?#%.db"
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE t (id, "a ""b" TEXT, at DATETIME, flag, blob BLOB)')
        database.execute("INSERT INTO t VALUES (123.0, NULL, '2024-01-31', 1.5, x'616263')")
        database.execute("INSERT INTO t VALUES ('007', 'x', 1706702400, NULL, x'ff')")
    database.close()
    table = read_table(path, Stated())
    assert table.kinds == {"at": "datetime"}
    assert {name: table.load(name).to_pylist() for name in table.names} == {
        "id": ["123", "007"],
        'a "b': ["", "x"],
        "at": ["2024-01-31", "1706702400"],
        "flag": ["1.5", ""],
        "blob": ["abc", "\ufffd"],
    }


@pytest.mark.parametrize(
    "password", ["s3cret", "s3cr/et", "s3:cret", "s3@cret", "s3%zzcret", "s3%40cret", "s3cret#x", "s3 cret?"]
)
def test_a_password_is_never_shown(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("adbc_driver_postgresql")
    for url in (
        f"postgresql://bob:{password}@127.0.0.1:1/tickets",
        f"postgres://bob:{password}@127.0.0.1:1/tickets?sslmode=disable",
        f"postgresql://127.0.0.1:1/tickets?user=bob&password={password}",
        f"postgresql://127.0.0.1:1/tickets?user=bob&pasword={password}",
        f"postgresql://bob:{password}@",
        *([f"postgresql://bob:{password}"] if "@" not in password else []),
    ):
        assert urls.is_url(url)
        told = [repr(urls.parse(url)), urls.describe(url)]
        with pytest.raises(SvcflowError) as raised:
            read_table(url, Stated())
        told += [raised.value.message, raised.value.hint]
        for text in told:
            assert "cret" not in text, text
            assert "s3" not in text, text


def test_no_file_that_is_written_holds_the_password(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from svcflow.cli.main import main

    url = server.replace("postgres:@", "postgres:s3cret@")
    assert "s3cret" in url
    assert main(["import", url, "-o", str(tmp_path / "log.parquet")]) == 0
    assert main(["inspect", url, "--write", str(tmp_path / "log.mapping.yaml")]) == 0
    assert main(["inspect", url, "--format", "json"]) == 0
    assert main(["analyze", url, "--json", str(tmp_path / "log.json"), "-o", str(tmp_path / "log.html")]) == 0
    shown = "".join(capsys.readouterr())
    assert "s3cret" not in shown
    written = sorted(file for file in tmp_path.iterdir() if file.is_file())
    assert len(written) == 4
    assert [file.name for file in written if b"s3cret" in file.read_bytes()] == []


def test_a_missing_driver_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql", None)
    with pytest.raises(InputError, match="needs its driver") as raised:
        read_log("postgresql://localhost/tickets")
    assert raised.value.hint == "pip install 'svcflow[postgresql]'"


@pytest.mark.parametrize(
    "url", ["sqlite:///no/such.db", "duckdb:///no/such.duckdb", "mysql://x/y", "sqlite://", "duckdb:"]
)
def test_other_urls_and_files_that_are_not_there(url: str) -> None:
    with pytest.raises(InputError):
        read_log(url)


def test_pandas_stays_unloaded(sample: Callable[[str], Path]) -> None:
    import subprocess
    import sys

    code = "import sys; from svcflow.eventlog import read_log; read_log(sys.argv[1]); print('pandas' in sys.modules)"
    for name in ("events.sqlite", "events.duckdb", "events.xlsx", "events.json", "events.arrow", "objects.json"):
        done: Any = subprocess.run(
            [sys.executable, "-c", code, str(sample(name))], capture_output=True, text=True, check=True
        )
        assert done.stdout == "False\n", name
