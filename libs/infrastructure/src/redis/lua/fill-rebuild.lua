-- ARGV: prefix, generation, holder, lease in ms, `rebuildProgress` or empty, packed standings. Returns 1, or false if another rebuild replaced this one.
if not renew() then return false end
record('rebuild', unpack_standings(ARGV[6]))
if ARGV[5] ~= '' then redis.call('HSET', meta, 'rebuildProgress', ARGV[5]) end
if visible() == ARGV[2] then refresh_board(ARGV[2], 0) end
return 1
