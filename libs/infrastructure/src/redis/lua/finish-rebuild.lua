-- ARGV: prefix, generation, holder, lease in ms, ledger sequence up to which it is complete. Returns the board, or false if another rebuild replaced
-- this one.
if not renew() then return false end
local rebuilt, sequence = ARGV[2], tonumber(ARGV[5])
cover(rebuilt, 0, sequence)
local old, users, ledger, released = unpack(redis.call('HMGET', meta, 'ranking', 'rebuildUsers', 'rebuildLedger', 'live'))
if old then
  discard('ranking')
  -- It may contain a user who has been forgotten. Its processes, if there are any, rebuild it.
  drop_released()
elseif not released and tonumber(users) > 0 then
  -- The ledger has users but the leaderboard was not ready: Redis lost its data, including the keys claimed in the last 24 hours.
  redis.call('SET', prefix .. 'forgotten', 1, 'EX', 86400)
end
redis.call('HSET', meta, 'ranking', rebuilt, 'rankingUsers', users, 'rankingLedger', ledger)
forget_rebuild()
return refresh_board(rebuilt, sequence) or redis.call('GET', board)
