-- How users appear to others. `shown` is the name and the URL of the picture as JSON, encrypted and bound to its user where there is a key; NULL if there
-- is neither, which followers must learn too, so a row stays. `is_name_taken`: a moderator took the name away.
CREATE TABLE profile (
  version       bigint  NOT NULL UNIQUE,
  is_name_taken boolean NOT NULL DEFAULT false,
  user_id       text    PRIMARY KEY COLLATE "C",
  shown         bytea
);

-- One row: the version of the last change. Every change raises it first, so changes take turns and versions become visible in their order.
CREATE TABLE profile_version (version bigint NOT NULL);
INSERT INTO profile_version VALUES (0);
