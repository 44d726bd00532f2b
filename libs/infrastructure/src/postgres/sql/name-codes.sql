-- By what the name in `shown` is found: see name-codes.ts. `coded_version` is the version of the profile that was coded; it differs where an earlier build wrote
-- the profile, or the key was replaced: then an api codes it again.
ALTER TABLE profile ADD COLUMN name_code bytea, ADD COLUMN coded_version bigint;
