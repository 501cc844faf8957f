-- All that an append must know, in one call. It waits for the global head; each statement in here then sees what was committed
-- before it began, so also the chain that the writer before has just begun.
create function look_before_append(of_release text, wanted text[])
returns table (global_seq bigint, global_hash text, release_seq bigint, release_hash text, known text[])
language plpgsql volatile as $$
begin
  select h.seq, h.hash into global_seq, global_hash from chain_heads h where h.scope = 'global' for update;
  select h.seq, h.hash into release_seq, release_hash from chain_heads h where h.scope = of_release;
  known := array(select e.key from audit_entries e where coalesce(e.release_id, '') = of_release and e.key = any(wanted));
  return next;
end $$;
