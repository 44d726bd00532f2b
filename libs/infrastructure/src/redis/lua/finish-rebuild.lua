-- ARGV: prefix, generation, holder, lease in ms, ledger sequence up to which it is complete. Returns the board, or false if another rebuild replaced this one.
if not renew() then return false end
local old, rebuilt, ledger = unpack(redis.call('HMGET', meta, 'live', 'next', 'nextLedger'))
cover(rebuilt, 0, tonumber(ARGV[5]))
redis.call('HSET', meta, 'live', rebuilt, 'ledger', ledger)
forget_rebuild()
if old then
  drop(old)
elseif redis.call('EXISTS', key(rebuilt, 'standings')) == 1 then
  -- The ledger has users but the leaderboard was not ready: Redis lost its data, including the keys claimed in the last 24 hours.
  redis.call('SET', prefix .. 'forgotten', 1, 'EX', 86400)
end
return refresh_board(rebuilt, tonumber(ARGV[5])) or redis.call('GET', board)
