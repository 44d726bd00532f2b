-- ARGV: prefix, from, to, ms after its lease at which a silent rebuild is dropped, then alternating user ids and standings.
-- Returns the board if this changed it.
local live, rebuilt, lease, shown = unpack(redis.call('HMGET', meta, 'live', 'next', 'lease', 'shown'))
if rebuilt and milliseconds() > lease + ARGV[4] then
  drop_rebuild(rebuilt, live)
  rebuilt = false
end
for _, generation in ipairs({ live, rebuilt }) do
  if generation then
    record(generation, 5)
    cover(generation, tonumber(ARGV[2]), tonumber(ARGV[3]))
  end
end
local visible = live or (shown == rebuilt and rebuilt)
return visible and refresh_board(visible, tonumber(ARGV[3]))
