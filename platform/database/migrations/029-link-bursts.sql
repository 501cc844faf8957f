-- Looks at a link within ten seconds of the first one: a burst of them was probably a mail scanner. Null: from before they were counted.
alter table approval_links add column burst_reads integer;
