-- When all traffic went to a deployment, and how long it answers for incidents after that; null: as nothing else is said.
alter table deployments add column exposed_at timestamptz;
alter table deployments add column follow_ms bigint;

-- Which releases make good which.
create index releases_remediates on releases ((release_order ->> 'remediates')) where release_order ->> 'remediates' is not null;

-- How released versions stand after their release has ended; `view` is what everybody sees.
create table watches (
  release_id text not null references releases,
  environment text not null,
  service text not null,
  -- rises with every look: an older write never replaces a newer one
  number integer not null,
  view jsonb not null,
  -- nothing of it is watched any more
  is_over boolean not null,
  updated_at timestamptz not null,
  primary key (release_id, environment, service)
);
create index watches_open on watches (updated_at) where not is_over;

create table incidents (
  id text primary key,
  -- what makes hearing of it twice harmless: alertmanager/<fingerprint>/<startsAt>
  key text unique,
  title text not null,
  service text not null,
  environment text,
  severity text not null,
  state text not null,
  source text not null,
  started_at timestamptz not null,
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  closed_by text,
  outcome text,
  -- suggested, confirmed or unattributed
  attribution text not null,
  attribution_because text not null,
  release_id text references releases,
  deployment_id text references deployments,
  version text,
  attributed_by text,
  attributed_at timestamptz,
  link text,
  revision integer not null default 1
);
create index incidents_newest on incidents (started_at desc, id desc);
create index incidents_counted on incidents (service, started_at) where attribution = 'confirmed';
create index incidents_release on incidents (release_id) where release_id is not null;

-- Places that take no promotion by itself since something was rolled back there (semantics §3, "Hold on promotion").
create table promotion_holds (
  environment text not null,
  service text not null,
  release_id text not null references releases,
  because text not null,
  set_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  reason text,
  primary key (environment, service, set_at)
);
create unique index promotion_holds_standing on promotion_holds (environment, service) where lifted_at is null;
