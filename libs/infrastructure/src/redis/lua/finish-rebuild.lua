-- ARGV: prefix, generation, the ledger sequence up to which it is complete. Returns the board, or false when the place was lost.
local old, rebuilt, ledger = unpack(redis.call('HMGET', meta, 'live', 'next', 'nextLedger'))
if rebuilt ~= ARGV[2] then return false end
cover(rebuilt, 0, tonumber(ARGV[3]))
redis.call('HSET', meta, 'live', rebuilt, 'ledger', ledger)
redis.call('HDEL', meta, 'next', 'nextLedger', 'lease')
if old then
  drop(old)
elseif redis.call('EXISTS', key(rebuilt, 'standings')) == 1 then
  -- There was a ledger and no leaderboard: Redis was lost, and with it the keys that were claimed in the last day.
  redis.call('SET', prefix .. 'forgotten', 1, 'EX', 86400)
end
return refresh_board(rebuilt, tonumber(ARGV[3])) or redis.call('GET', board)
