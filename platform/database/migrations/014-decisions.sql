-- What an approval is given under: an array of {title, owner, before, due}.
alter table received_decisions add column conditions jsonb;
