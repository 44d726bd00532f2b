-- ARGV: prefix, user id to remove, then optionally a user id and its standing. Returns the board if this changed it.
local live, rebuilt, shown = unpack(redis.call('HMGET', meta, 'live', 'next', 'shown'))
-- Nobody holds the rebuild any more: a page that was read before is refused, and the next rebuild reads it again.
if rebuilt then redis.call('HSET', meta, 'holder', '', 'lease', string.format('%.0f', milliseconds() - 1)) end
for _, generation in ipairs({ live, rebuilt }) do
  if generation then
    record(generation, 3)
    erase(generation, ARGV[2])
  end
end
local visible = live or (shown == rebuilt and rebuilt)
return visible and refresh_board(visible, 0)
