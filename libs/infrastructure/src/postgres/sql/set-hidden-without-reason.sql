-- `set_hidden` for an api of an older build, which sends no reason.
CREATE FUNCTION set_hidden(board smallint, target text, is_hidden boolean, OUT range_from bigint, OUT range_to bigint, OUT standings text)
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT
AS $$ SELECT * FROM set_hidden(board, target, is_hidden, NULL, NULL) $$;

REVOKE EXECUTE ON FUNCTION set_hidden(smallint, text, boolean) FROM PUBLIC;
