-- Deployments of ended releases that were not taken back count as left, so that what is still there can be told; what never began has failed.
update deployments
set status = case when releases.view ->> 'residue' in ('left', 'partial') then 'left' else 'failed' end, ended_at = releases.ended_at
from releases
where releases.id = deployments.release_id and deployments.status = 'running' and releases.ended_at is not null;
create index deployments_left on deployments (started_at) where status = 'left';
