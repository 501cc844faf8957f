#!/bin/sh
# Makes Temporal's two databases and brings their tables up to the version of this image. Harmless when run again.
set -eu
for database in temporal temporal_visibility; do
  folder=$(echo "$database" | sed 's/^temporal_visibility$/visibility/')
  tool="temporal-sql-tool --plugin postgres12 --ep postgresql -u temporal -p 5432 --db $database"
  $tool create
  # A set-up database refuses to be set up again, so it is asked only where there is no version yet.
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned" && continue
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
