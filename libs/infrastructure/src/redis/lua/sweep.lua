-- ARGV: prefix. Deletes some keys of generations that are no longer used. Returns 1 if more are left, otherwise 0.
return sweep()
