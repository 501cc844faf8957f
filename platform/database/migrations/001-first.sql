-- The record. Rows of audit_entries and received_decisions are only ever added.

create table installation (
  id text primary key,
  created_at timestamptz not null default now()
);

create table policies (
  digest text primary key,
  text text not null,
  document jsonb not null,
  base_dir text not null,
  first_at timestamptz not null default now()
);

create table policy_applications (
  number integer primary key generated always as identity,
  digest text not null references policies,
  at timestamptz not null default now(),
  by_id text not null,
  edited_by text
);

create table audit_entries (
  seq bigint primary key,
  id uuid not null unique,
  release_id text,
  release_seq integer,
  key text not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  action text not null,
  actor_id text not null,
  object text not null,
  sentence text not null,
  -- the canonical JSON that is hashed, exactly as hashed
  body text not null,
  leaf text not null,
  hash text not null,
  release_hash text
);
create unique index audit_entries_key on audit_entries (coalesce(release_id, ''), key);
create unique index audit_entries_release on audit_entries (release_id, release_seq) where release_id is not null;

create table chain_heads (
  scope text primary key,
  seq bigint not null,
  hash text not null
);

create table releases (
  id text primary key,
  workflow_id text not null unique,
  attempt integer not null,
  services text[] not null,
  versions text[] not null,
  intent text not null,
  state text not null,
  stage text,
  headline text not null,
  owner text,
  requested_by text not null,
  policy_digest text not null references policies,
  release_order jsonb not null,
  view jsonb not null,
  seq integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index releases_newest on releases (created_at desc, id desc);
create index releases_not_started on releases (created_at) where started_at is null;

create table release_components (
  release_id text not null references releases,
  service text not null,
  version text not null,
  digest text,
  ref text,
  primary key (release_id, service)
);
create index release_components_version on release_components (service, version);

create table release_changes (
  release_id text not null references releases,
  service text not null,
  changes jsonb not null,
  primary key (release_id, service)
);

create table deployments (
  id text primary key,
  release_id text,
  environment text not null,
  service text not null,
  version text not null,
  digest text,
  commit_id text,
  previous_version text,
  mode text not null,
  status text not null,
  exposure integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  by_id text not null
);
create index deployments_newest on deployments (environment, service, started_at desc);

create table running (
  environment text not null,
  service text not null,
  version text not null,
  digest text,
  commit_id text,
  since timestamptz not null,
  deployment_id text not null references deployments,
  primary key (environment, service)
);

create table check_results (
  id text primary key,
  release_id text not null,
  environment text not null,
  service text not null,
  check_id text not null,
  round integer not null,
  outcome text not null,
  summary text not null,
  counts jsonb,
  findings jsonb,
  stdout text not null default '',
  stderr text not null default '',
  subject text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null
);
create index check_results_release on check_results (release_id, environment);

create table operation_results (
  operation_id text primary key,
  release_id text not null,
  environment text not null,
  service text not null,
  kind text not null,
  outcome text not null,
  because text not null,
  stdout text not null default '',
  stderr text not null default '',
  started_at timestamptz not null,
  ended_at timestamptz not null
);
create index operation_results_release on operation_results (release_id);

create table measurements (
  release_id text not null,
  environment text not null,
  service text not null,
  place text not null,
  metric text not null,
  number integer not null,
  at timestamptz not null,
  value double precision,
  verdict text not null,
  because text not null,
  primary key (release_id, environment, service, place, metric, number)
);

create table approval_requests (
  id uuid primary key,
  release_id text not null references releases,
  stage text not null,
  subject_digest text not null,
  plan jsonb not null,
  title text not null,
  intent text not null,
  opened_at timestamptz not null,
  deadline timestamptz not null,
  state text not null,
  closed_at timestamptz,
  closed_because text
);
create index approval_requests_release on approval_requests (release_id);
create index approval_requests_open on approval_requests (state) where state = 'open';

create table approval_links (
  jti text primary key,
  request_id uuid not null references approval_requests,
  person text not null,
  occasion text not null,
  purpose text not null,
  created_at timestamptz not null default now(),
  reads integer not null default 0,
  first_read_at timestamptz,
  unique (request_id, person, occasion, purpose)
);

create table received_decisions (
  id text primary key,
  -- 'link:<jti>', 'api:<command id>', 'signal:<release>:<number>'
  source text not null,
  attempt integer not null,
  request_id uuid not null references approval_requests,
  release_id text not null,
  person text not null,
  choice text not null check (choice in ('approve', 'reject')),
  comment text,
  subject_digest text not null,
  via text not null,
  received_at timestamptz not null default clock_timestamp(),
  request_http_id text,
  unique (source, attempt)
);
create index received_decisions_request on received_decisions (request_id, received_at);

create table decision_deliveries (
  decision_id text primary key references received_decisions,
  state text not null check (state in ('pending', 'counted', 'refused')),
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  answer jsonb,
  refusal text,
  updated_at timestamptz not null default now()
);
create index decision_deliveries_pending on decision_deliveries (next_at) where state = 'pending';

create table notices (
  key text primary key,
  release_id text,
  request_id uuid,
  person text not null,
  kind text not null,
  message_id text not null,
  state text not null check (state in ('pending', 'sent', 'failed')),
  tries integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index notices_release on notices (release_id);

create table environment_locks (
  environment text primary key,
  holders jsonb not null,
  queue jsonb not null,
  revision integer not null,
  updated_at timestamptz not null default now()
);

create table tokens (
  id text primary key,
  hash text not null unique,
  name text not null,
  owner text not null,
  access text[] not null,
  services text[] not null default '{}',
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table sign_in_links (
  hash text primary key,
  person text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table sessions (
  hash text primary key,
  person text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table idempotency_keys (
  actor text not null,
  key text not null,
  fingerprint text not null,
  status integer,
  location text,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (actor, key)
);

-- the local mailbox of embedded mode
create table mailbox (
  id bigint primary key generated always as identity,
  message_id text,
  recipient text not null,
  sender text not null,
  subject text not null,
  text_part text not null,
  html_part text not null,
  raw text not null,
  received_at timestamptz not null default now()
);

create table worker_heartbeats (
  identity text primary key,
  seen_at timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are only ever added', tg_table_name using errcode = 'raise_exception';
end $$;

create trigger audit_entries_only_added before update or delete on audit_entries for each row execute function refuse_change();
create trigger audit_entries_not_emptied before truncate on audit_entries for each statement execute function refuse_change();
create trigger received_decisions_only_added before update or delete on received_decisions for each row execute function refuse_change();
create trigger received_decisions_not_emptied before truncate on received_decisions for each statement execute function refuse_change();

-- gapless by construction: a sequence would leave gaps
create function refuse_gap() returns trigger language plpgsql as $$
begin
  if new.seq <> coalesce((select max(seq) from audit_entries), 0) + 1 then
    raise exception 'audit entry % does not follow the last one', new.seq using errcode = 'raise_exception';
  end if;
  return new;
end $$;
create trigger audit_entries_gapless before insert on audit_entries for each row execute function refuse_gap();

-- a finished release never changes its outcome (promise P13)
create function refuse_reopening() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null and new.state <> old.state then
    raise exception 'release % has ended as %', old.id, old.state using errcode = 'raise_exception';
  end if;
  return new;
end $$;
create trigger releases_keep_outcome before update on releases for each row execute function refuse_reopening();
