-- ARGV: prefix, from, to, ms after its lease at which a silent rebuild is dropped, then alternating user ids and standings.
-- Returns the board if this changed it.
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
