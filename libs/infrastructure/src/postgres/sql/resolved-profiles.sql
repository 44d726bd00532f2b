-- Whether the profile comes from a `ProfileResolver`, which may change it again; false if it was saved through the API.
ALTER TABLE profile ADD COLUMN is_resolved boolean NOT NULL DEFAULT false;
