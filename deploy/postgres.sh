#!/bin/sh
# Run once, when the cluster is made: the role that the server signs in as, which is no superuser, the one that it works as, and its database.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$AILERON_DB_PASSWORD" --username "${POSTGRES_USER:-postgres}" <<'SQL'
CREATE ROLE aileron LOGIN PASSWORD :'password';
CREATE ROLE aileron_app NOLOGIN;
GRANT aileron_app TO aileron;
CREATE DATABASE aileron OWNER aileron ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
SQL
