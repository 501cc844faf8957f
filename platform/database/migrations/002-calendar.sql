-- The calendar. A row of calendar_rules is what holds now; what held before is in calendar_rule_revisions, only ever added.

-- one number for the calendar as a whole; no row yet: 0
create table calendar_state (
  single boolean primary key default true check (single),
  revision bigint not null
);

create table calendar_rules (
  id text primary key,
  kind text not null check (kind in ('window', 'freeze')),
  origin text not null check (origin in ('policy', 'api')),
  body jsonb not null,
  revision integer not null,
  effective_from timestamptz not null,
  owner text,
  created_by text not null,
  created_at timestamptz not null,
  changed_by text not null,
  changed_at timestamptz not null,
  retired_at timestamptz,
  retired_by text,
  retired_reason text
);
create index calendar_rules_in_force on calendar_rules (kind, id) where retired_at is null;

create table calendar_rule_revisions (
  rule_id text not null references calendar_rules,
  revision integer not null,
  body jsonb not null,
  -- 'added', 'changed', 'lifted'
  change text not null,
  reason text,
  by_id text not null,
  at timestamptz not null,
  -- revision of the calendar as a whole that this change made
  calendar_revision bigint not null,
  primary key (rule_id, revision)
);

create table overrides (
  id text primary key,
  freeze_id text not null references calendar_rules,
  revision integer not null,
  release_id text not null references releases,
  environment text not null,
  by_id text not null,
  -- whose budget it is taken from
  team text,
  reason text not null,
  given_at timestamptz not null,
  expires_at timestamptz not null,
  -- beyond the budget it counts only when a second person has agreed
  needs_second boolean not null default false,
  seconded_by text,
  seconded_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  revoked_reason text,
  voided_at timestamptz,
  voided_because text
);
create index overrides_release on overrides (release_id, environment);
create index overrides_freeze on overrides (freeze_id);
create index overrides_given on overrides (given_at);

create table reservations (
  id text primary key,
  -- release id, or 'person:<id>'
  owner text not null,
  release_id text references releases,
  title text not null,
  environment text not null,
  -- empty: the whole environment
  services text[] not null default '{}',
  start_at timestamptz not null,
  end_at timestamptz not null,
  overlap boolean not null default false,
  state text not null check (state in ('reserved', 'queued', 'released')),
  reason text,
  created_by text not null,
  created_at timestamptz not null,
  released_at timestamptz,
  released_by text,
  released_reason text,
  revision integer not null default 1,
  check (start_at < end_at)
);
create index reservations_standing on reservations (environment, start_at) where state <> 'released';
create index reservations_release on reservations (release_id) where release_id is not null;

create table release_dependencies (
  release_id text not null references releases,
  -- place in the order's list, from 1
  number integer not null,
  dependency jsonb not null,
  kind text not null check (kind in ('release', 'version')),
  service text,
  environment text,
  other_release text,
  state text not null check (state in ('open', 'met', 'failed', 'dropped')),
  because text,
  updated_at timestamptz not null,
  primary key (release_id, number)
);
create index release_dependencies_version on release_dependencies (environment, service) where kind = 'version';
create index release_dependencies_release on release_dependencies (other_release) where kind = 'release';

create table milestones (
  release_id text not null references releases,
  kind text not null check (kind in ('codeComplete', 'qaDone', 'goNoGo', 'live')),
  planned_at timestamptz not null,
  owner text,
  estimate_at timestamptz,
  actual_at timestamptz,
  primary key (release_id, kind)
);
create index milestones_planned on milestones (planned_at);

create table release_schedules (
  release_id text not null references releases,
  stage text not null,
  at timestamptz,
  start_by timestamptz,
  next boolean not null default false,
  predicted_start timestamptz,
  predicted_end timestamptz,
  revision integer not null default 1,
  updated_at timestamptz not null,
  primary key (release_id, stage)
);
create index release_schedules_predicted on release_schedules (predicted_start);

create table trains (
  id text primary key,
  definition jsonb not null,
  revision integer not null,
  state text not null check (state in ('running', 'held', 'stopped')),
  because text,
  failed_in_a_row integer not null default 0,
  changed_at timestamptz not null,
  retired_at timestamptz
);

create table train_departures (
  train_id text not null references trains,
  number integer not null,
  -- as the rhythm has it; departs_at differs after a delay
  scheduled_at timestamptz not null,
  departs_at timestamptz not null,
  cutoff_at timestamptz not null,
  state text not null check (state in ('planned', 'boarding', 'departed', 'skipped', 'held', 'delayed', 'failed')),
  release_id text references releases,
  boarded jsonb not null,
  left_behind jsonb not null,
  because text,
  revision integer not null default 1,
  updated_at timestamptz not null,
  primary key (train_id, number)
);
create index train_departures_time on train_departures (departs_at);
create index train_departures_release on train_departures (release_id) where release_id is not null;

create table calendar_feeds (
  id text primary key,
  hash text not null unique,
  name text not null,
  person text not null,
  team text,
  services text[] not null default '{}',
  environments text[] not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  revoked_at timestamptz,
  last_read_at timestamptz
);
create index calendar_feeds_person on calendar_feeds (person);

-- what workflows are still to be told: delivered by a relay as the signal calendarChanged
create table wakes (
  id bigint primary key generated always as identity,
  workflow_id text not null,
  release_id text,
  cause text not null,
  revision bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  delivered_at timestamptz
);
create index wakes_pending on wakes (next_at, id) where delivered_at is null;
create index wakes_delivered on wakes (delivered_at) where delivered_at is not null;

-- who was warned of which freeze, once for each revision and lead
create table freeze_warnings (
  key text primary key,
  release_id text not null,
  freeze_id text not null,
  revision integer not null,
  lead text not null,
  at timestamptz not null
);
create index freeze_warnings_release on freeze_warnings (release_id);

create index releases_open on releases (created_at) where ended_at is null;

create trigger calendar_rule_revisions_only_added before update or delete on calendar_rule_revisions for each row execute function refuse_change();
create trigger calendar_rule_revisions_not_emptied before truncate on calendar_rule_revisions for each statement execute function refuse_change();
