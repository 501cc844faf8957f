-- What a check measured of coverage, and which findings it had: compared with those of the version that runs.
alter table check_results add column coverage jsonb;
alter table check_results add column found jsonb;
create index check_results_subject on check_results (service, subject, ended_at desc);
