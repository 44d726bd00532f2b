-- KEYS: one hash per counted key: w = number of the fixed window, c = hits in it, p = hits in the previous window.
-- ARGV: for each key the window length in ms and the hits to add. Returns the time, then c and p of each key.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local reply = { now }
for i, key in ipairs(KEYS) do
  local length, hits = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local window = math.floor(now / length)
  local held = redis.call('HMGET', key, 'w', 'c', 'p')
  local heldWindow, current, previous = tonumber(held[1] or -1), tonumber(held[2] or 0), tonumber(held[3] or 0)
  if heldWindow ~= window then
    previous = heldWindow == window - 1 and current or 0
    current = 0
  end
  current = current + hits
  redis.call('HSET', key, 'w', window, 'c', current, 'p', previous)
  redis.call('PEXPIRE', key, 2 * length)
  reply[2 * i] = current
  reply[2 * i + 1] = previous
end
return reply
