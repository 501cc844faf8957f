-- The newest way of a release's workflow that this worker knows (docs/adr/0011); null: it is of before workers said so.
alter table worker_heartbeats add column workflow_version integer;
