-- How a session began, and when its person last proved to the provider who they are.
alter table sessions
  add column method text not null default 'link' check (method in ('link', 'oidc')),
  add column authenticated_at timestamptz;

-- Which account of which provider is which person. One account, one person; one person, one account of a provider.
create table identities (
  issuer text not null,
  subject text not null,
  person text not null,
  bound_at timestamptz not null,
  primary key (issuer, subject),
  unique (issuer, person)
);

-- A way back from the provider is gone once; after their time the rows are of no use.
create table used_sign_ins (
  hash text primary key,
  expires_at timestamptz not null
);

-- The code that is asked for beside a link: one at a time, hashed with a key that the database does not have.
create table approval_codes (
  jti text primary key references approval_links (jti),
  kid text not null,
  hash text not null,
  sent integer not null default 1,
  tries integer not null default 0,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- What was proven when the decision came in (null: the link in the mail at most), and what was signed with it.
alter table received_decisions
  add column if not exists assurance text,
  add column meaning text check (meaning in ('reviewed', 'approved', 'responsible'));
