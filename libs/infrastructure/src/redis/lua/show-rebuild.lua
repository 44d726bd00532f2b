-- ARGV: prefix, generation, holder, lease in ms, ledger sequence, packed standings of the best users. Returns the board if this changed it, otherwise
-- an empty text; false if another rebuild replaced this one.
if not renew() then return false end
record('rebuild', unpack_standings(ARGV[6]))
if redis.call('HGET', meta, 'ranking') then return '' end
redis.call('HSET', meta, 'rebuildShown', 1)
return refresh_board(ARGV[2], tonumber(ARGV[5])) or ''
