-- What a banned version was known to be when it was banned: another name for the same build is banned with it.
alter table quarantines add column builds jsonb;
update quarantines
set builds = coalesce((
  select jsonb_agg(distinct jsonb_strip_nulls(jsonb_build_object('digest', known.digest, 'commit', known.commit_id)))
  from deployments known
  where known.service = quarantines.service and known.version = quarantines.version and known.started_at <= quarantines.set_at
    and coalesce(known.digest, known.commit_id) is not null
    and (quarantines.digest is null or known.digest is null or known.digest = quarantines.digest)), '[]');
