-- ARGV: prefix, from, to, ms after its lease at which a silent rebuild is dropped, packed standings. Returns the board if this changed it.
local held = redis.call('HMGET', meta, 'ranking', 'rebuild', 'rebuildLease', 'garbage', 'live', 'next')
local ranking, rebuilt, lease, garbage, released, filled = unpack(held)
if rebuilt and milliseconds() > lease + ARGV[4] then
  drop_rebuild()
  rebuilt, garbage = false, true
end
local newest = unpack_standings(ARGV[5])
for role, generation in pairs({ ranking = ranking, rebuild = rebuilt }) do
  if generation then
    record(role, newest)
    cover(generation, tonumber(ARGV[2]), tonumber(ARGV[3]))
  end
end
if garbage then sweep() end
if released or filled then retire_released(released or filled) end
local shown = visible()
return shown and refresh_board(shown, tonumber(ARGV[3]))
