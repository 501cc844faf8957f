-- Releases whose workflow the engine cannot move; a row goes when it moves again, and the timeline keeps both.
create table stalled_releases (
  release_id text primary key references releases,
  since timestamptz not null,
  because text not null
);
