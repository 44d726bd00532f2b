-- Which user has a shown id (USER_ID_KEY). A changed key adds rows; those of earlier keys still find their users.
CREATE TABLE public_id (
  public_id text PRIMARY KEY COLLATE "C",
  user_id   text NOT NULL COLLATE "C"
);
CREATE INDEX public_id_user ON public_id (user_id);
