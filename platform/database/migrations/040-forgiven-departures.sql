-- Up to which departure a train was started again by a person: failures up to there stop it no more, also where its workflow begins anew.
alter table trains add column forgiven_up_to integer not null default 0;
