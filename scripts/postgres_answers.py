"""Tells by its exit code whether the PostgreSQL of an address answers; says why where it does not."""

import sys

import psycopg

try:
    psycopg.connect(sys.argv[1], connect_timeout=5).close()
except psycopg.OperationalError as error:
    sys.exit(f"No PostgreSQL answers at DATABASE_URL: {str(error).strip().splitlines()[-1]}")
