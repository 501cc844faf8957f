-- Whose entries these are, newest first. What a token did in the name of a person is told by the hashed text alone, which begins with
-- its action and its actor: names stand in order. Read as text, because as JSON an entry with \u0000 anywhere could not be indexed, so
-- not be written; a quote inside of a string is escaped, so no other member is taken for this one.
create function person_behind(body text) returns text language sql immutable strict parallel safe as $$
  select substring(body from '^\{"action":"[^"]*","actor":\{[^{}]*"person":"([^"]*)"')
$$;
create index audit_entries_by on audit_entries (actor_id, seq);
create index audit_entries_for on audit_entries (person_behind(body), seq) where person_behind(body) is not null;
