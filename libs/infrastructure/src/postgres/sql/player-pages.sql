-- What the page of a player shows, where the player said so.
CREATE TABLE player_page (
  user_id text PRIMARY KEY COLLATE "C",
  shows   text NOT NULL CHECK (shows IN ('private', 'places', 'activity'))
);
