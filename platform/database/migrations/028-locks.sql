-- Locks are kept in the record (docs/adr/0020). An environment that its workflow has kept before stays with it until nobody holds
-- anything there and every worker knows the new way; then it is taken over, for good.
alter table environment_locks
  add column kept_by text not null default 'workflow' check (kept_by in ('workflow', 'record')),
  add column fence bigint not null default 0;
