-- Messages to webhooks, ordered in the transaction that they tell of; sent by the outbox of mail.
create table webhook_messages (
  -- unique over all time: goes out as webhook-id, so that a receiver knows one that comes twice
  id text not null,
  url text not null,
  type text not null,
  release_id text references releases,
  at timestamptz not null,
  -- the resource as it was then, without its address
  data jsonb not null,
  state text not null default 'pending',
  tries integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  -- due then; null: nothing more to do
  next_at timestamptz default now(),
  primary key (id, url)
);
create index webhook_messages_due on webhook_messages (next_at) where next_at is not null;

-- Addresses that have answered 410: they want no more, until the policy names them anew.
create table webhook_gone (
  url text primary key,
  policy_digest text not null,
  at timestamptz not null
);
