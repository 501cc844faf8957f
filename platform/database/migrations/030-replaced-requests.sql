-- What came in the place of a request is looked up each time an old link is opened.
create index approval_requests_previous on approval_requests (previous) where previous is not null;
