-- Mail that is still to be sent: what it is about, and when it is tried next. Without a time nobody tries: it is out, it was
-- given up, or the workflow of an older release sends it itself.
alter table notices add column occasion jsonb, add column next_at timestamptz;
create index notices_due on notices (next_at) where next_at is not null;
