-- What an approval is given under: an array of {title, owner, before, due}.
alter table received_decisions add column conditions jsonb;

-- What was started past its gates, and who looked at it afterwards: somebody else than those who broke the glass.
create table glass_reviews (
  id text primary key,
  release_id text not null references releases (id),
  title text not null,
  services text[] not null,
  environment text not null,
  broken_by text[] not null,
  reason text not null,
  incident text not null,
  broken_at timestamptz not null,
  due_at timestamptz not null,
  done_at timestamptz,
  done_by text,
  finding text
);
create index glass_reviews_open on glass_reviews (due_at) where done_at is null;

-- The request in whose place this one came: what has changed since is shown to those who are asked.
alter table approval_requests add column previous text;
