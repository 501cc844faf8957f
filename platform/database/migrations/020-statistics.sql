-- What a rule has computed of a measurement: sizes, p, effect, interval. Null where a condition judged one value.
alter table measurements add column statistics jsonb;
