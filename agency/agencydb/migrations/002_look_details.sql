-- Who looked and for which case, sealed: in clear they lead to the row of the
-- register that the look happened in. The columns of before stay for its rows.
ALTER TABLE looked ADD COLUMN details bytea;
