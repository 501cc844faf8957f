-- When each runner asked the engine for work last, as far as anybody has looked: the engine itself forgets within minutes.
create table runners (
  name text primary key,
  seen_at timestamptz not null
);
