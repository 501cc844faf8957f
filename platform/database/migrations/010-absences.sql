-- Times in which a person does not work, [starts_at, ends_at), and who decides meanwhile. One that was ended early keeps both: when it
-- was to end, and when it was ended.
create table absences (
  id text primary key,
  person text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  delegate text,
  created_by text not null,
  created_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  check (starts_at < ends_at),
  check (delegate <> person)
);
create index absences_by_end on absences (ends_at);
-- How sure one was of who decided; null where only the link in the mail is known, or not even that.
alter table received_decisions add column assurance text;
