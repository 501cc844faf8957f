#!/bin/sh
# Run once by the postgres image, when its volume is empty: a role and a database that only Gantry uses.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$GANTRY_DB_PASSWORD" --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
create role gantry login password :'password';
create database gantry owner gantry;
SQL
