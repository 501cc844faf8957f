-- Bans on builds, what was waived of which check, and rehearsals of undos.
create table quarantines (
  id text primary key,
  digest text,
  service text,
  version text,
  by_id text not null,
  reason text not null,
  set_at timestamptz not null,
  -- rises with every change: a wake that comes late is told from a newer one
  revision integer not null default 1,
  lifted_at timestamptz,
  check ((service is null) = (version is null)),
  check (digest is not null or service is not null)
);
create index quarantines_standing on quarantines (set_at) where lifted_at is null;

-- two of these lift one
create table quarantine_lifts (
  quarantine_id text not null references quarantines,
  by_id text not null,
  reason text not null,
  at timestamptz not null,
  primary key (quarantine_id, by_id)
);

create table waivers (
  id text primary key,
  release_id text not null references releases,
  environment text not null,
  service text not null,
  check_id text not null,
  -- digest, commit, or service@version where neither is known
  build text not null,
  by_id text not null,
  -- whose budget it is taken from
  team text not null,
  reason text not null,
  given_at timestamptz not null,
  expires_at timestamptz not null
);
create index waivers_release on waivers (release_id);
create index waivers_given on waivers (team, given_at);

create table rehearsals (
  id text primary key,
  release_id text not null references releases,
  environment text not null,
  service text not null,
  version text not null,
  digest text,
  commit_id text,
  is_passed boolean not null,
  because text not null,
  at timestamptz not null
);
create index rehearsals_build on rehearsals (service, version, at);

-- what a wake is about, where that is not the calendar
alter table wakes add column about jsonb;
