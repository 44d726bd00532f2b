-- ARGV: prefix. Gives up the ranking, a rebuild and the board. What is left of them is in `garbage`, for the next calls of sweep.lua.
if redis.call('HGET', meta, 'rebuild') then drop_rebuild() end
if redis.call('HGET', meta, 'ranking') then
  discard('ranking')
  redis.call('HDEL', meta, 'ranking', 'rankingUsers', 'rankingLedger')
end
return redis.call('UNLINK', board)
