-- The ranking of version 0.2.0, whose processes may run on the same Redis during an upgrade: `live` and `next` in meta name its generations. It shares
-- with this one only the board and its revision. Each version keeps its own up to date, from the ledger.
local UNUSED_MS = 3600000

local function drop_released()
  for _, generation in ipairs(redis.call('HMGET', meta, 'live', 'next')) do
    if generation then redis.call('UNLINK', key(generation, 'order'), key(generation, 'standings'), key(generation, 'covered')) end
  end
  redis.call('HDEL', meta, 'live', 'next', 'ledger', 'nextLedger', 'lease', 'released')
end

-- Drops it when its watermark has not moved for an hour: nobody writes it anymore. `released` in meta: since when, and the watermark.
local function retire_released(generation)
  local watermark = string.match(redis.call('GET', key(generation, 'covered')) or '', '^0%-(%d+)') or '0'
  local since, held = string.match(redis.call('HGET', meta, 'released') or '', '^(%d+):(%d+)$')
  if held ~= watermark then
    redis.call('HSET', meta, 'released', string.format('%.0f:%s', milliseconds(), watermark))
  elseif milliseconds() > since + UNUSED_MS then
    drop_released()
  end
end
