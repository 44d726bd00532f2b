-- ARGV: prefix, from, to, ms after which a rebuild without a sign of life is dropped, then user ids and standings in turn.
-- Returns the board where this changed it.
local live, rebuilt, lease = unpack(redis.call('HMGET', meta, 'live', 'next', 'lease'))
if rebuilt and milliseconds() > lease + ARGV[4] then
  drop(rebuilt)
  redis.call('HDEL', meta, 'next', 'nextLedger', 'lease')
  rebuilt = false
end
for _, generation in ipairs({ live, rebuilt }) do
  if generation then
    record(generation, 5)
    cover(generation, tonumber(ARGV[2]), tonumber(ARGV[3]))
  end
end
return live and refresh_board(live, tonumber(ARGV[3]))
