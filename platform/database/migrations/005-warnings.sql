-- Warnings that a change to a freeze calls for are noted with the change, and told afterwards.
alter table freeze_warnings add column sentence text;
alter table freeze_warnings add column told_at timestamptz;
update freeze_warnings set told_at = at;
create index freeze_warnings_untold on freeze_warnings (at) where told_at is null;
