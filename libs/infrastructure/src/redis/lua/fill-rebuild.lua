-- ARGV: prefix, generation, holder, lease in ms, `progress` without the generation or empty, then alternating user ids and standings.
-- Returns 1, or false if another rebuild replaced this one.
if not renew() then return false end
record(ARGV[2], 6)
if ARGV[5] ~= '' then redis.call('HSET', meta, 'progress', ARGV[2] .. ':' .. ARGV[5]) end
if redis.call('HGET', meta, 'shown') == ARGV[2] then refresh_board(ARGV[2], 0) end
return 1
