-- ARGV: prefix, packed id of the user to remove, packed standing of the same user under another id or empty. Returns the board if this changed it.
local held = redis.call('HMGET', meta, 'ranking', 'rebuild', 'rebuildProgress', 'live', 'next')
local ranking, rebuilt, progress, released, filled = unpack(held)
local user, by = struct.unpack('>Bc0', ARGV[2]), unpack_standings(ARGV[3])
-- Nobody holds the rebuild any more: a page that was read before is refused, and the next rebuild reads it again.
if rebuilt then redis.call('HSET', meta, 'rebuildHolder', '', 'rebuildLease', string.format('%.0f', milliseconds() - 1)) end
-- The mark of a page names its last user. Without it, the next rebuild starts again.
if progress and string.match(progress, '^%d+:%d+:(.+)$') == user_id(member(user, 0)) then redis.call('HDEL', meta, 'rebuildProgress') end
for role, generation in pairs({ ranking = ranking, rebuild = rebuilt }) do
  if generation then
    record(role, by)
    erase(role, user)
  end
end
local shown = visible()
if released or filled then
  -- The user is in it too. Its processes, if there are any, rebuild it, and a board that only they wrote.
  drop_released()
  if not shown then redis.call('UNLINK', board) end
end
return shown and refresh_board(shown, 0)
