-- While an upgrade goes on, processes of an older version write rows as before 035 and 036: looked for every minute, so by indexes that are empty otherwise.
create index deployments_under_way on deployments (release_id) where status = 'running';
create index quarantines_without_builds on quarantines (id) where builds is null;
