-- Called after `rename_user`, in the same statement: restores the name in the audit entries made at a console, and returns their number.
-- An operator's name is not a user id, so forgetting a user with the same name must not change the operator's entries.
CREATE FUNCTION keep_operator_name(name text, pseudonym text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  kept bigint;
BEGIN
  UPDATE audit_log SET actor = name WHERE actor = pseudonym AND pseudonym LIKE 'forgotten-%' AND details ? 'console';
  GET DIAGNOSTICS kept = ROW_COUNT;
  RETURN kept;
END $$;

REVOKE EXECUTE ON FUNCTION keep_operator_name FROM PUBLIC;
