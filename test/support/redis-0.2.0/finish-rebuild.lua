-- ARGV: prefix, generation, ledger sequence up to which it is complete. Returns the board, or false if another rebuild replaced this one.
local old, rebuilt, ledger = unpack(redis.call('HMGET', meta, 'live', 'next', 'nextLedger'))
if rebuilt ~= ARGV[2] then return false end
cover(rebuilt, 0, tonumber(ARGV[3]))
redis.call('HSET', meta, 'live', rebuilt, 'ledger', ledger)
redis.call('HDEL', meta, 'next', 'nextLedger', 'lease')
if old then
  drop(old)
elseif redis.call('EXISTS', key(rebuilt, 'standings')) == 1 then
  -- The ledger has users but the leaderboard was not ready: Redis lost its data, including the keys claimed in the last 24 hours.
  redis.call('SET', prefix .. 'forgotten', 1, 'EX', 86400)
end
return refresh_board(rebuilt, tonumber(ARGV[3])) or redis.call('GET', board)
