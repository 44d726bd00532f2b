-- ARGV: prefix, generation, holder, lease in ms, ledger sequence, then alternating user ids and standings of the best users.
-- Returns the board if this changed it, otherwise an empty text; false if another rebuild replaced this one.
if not renew() then return false end
record(ARGV[2], 6)
if redis.call('HGET', meta, 'live') then return '' end
redis.call('HSET', meta, 'shown', ARGV[2])
return refresh_board(ARGV[2], tonumber(ARGV[5])) or ''
