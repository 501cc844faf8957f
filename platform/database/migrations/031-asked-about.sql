-- The list of changes as people saw it when they were asked: that of the release is another one once it is planned anew.
alter table approval_requests add column changes jsonb;
-- What is compared with what was asked about in the same place before.
create index approval_requests_stage on approval_requests (stage, opened_at);
