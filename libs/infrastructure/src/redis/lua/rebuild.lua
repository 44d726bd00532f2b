-- The rebuild in `meta`: `next` is its generation, `nextLedger` that generation's ledger, `holder` the process that fills it and `lease` until when
-- that process may be silent. `progress` is "generation:upTo:filled:after", and `shown` the generation whose board is shown while there is no live
-- one. Both name the generation because an older build, which may run beside this one, leaves them when it replaces a rebuild.

-- `upTo`, `filled` and `after` of the generation; nothing if no page is marked.
local function progress(rebuilt)
  local generation, upTo, filled, after = string.match(redis.call('HGET', meta, 'progress') or '', '^([^:]+):(%d+):(%d+):(.+)$')
  if generation == rebuilt then return upTo, filled, after end
end

local function forget_rebuild()
  redis.call('HDEL', meta, 'next', 'nextLedger', 'lease', 'holder', 'progress', 'shown')
end

local function drop_rebuild(rebuilt, live)
  drop(rebuilt)
  forget_rebuild()
  if not live then redis.call('UNLINK', board) end
end

-- Extends the lease by ARGV[4] ms. False if this caller, ARGV[3], does not hold the rebuild of the generation ARGV[2] any more.
local function renew()
  local rebuilt, holder = unpack(redis.call('HMGET', meta, 'next', 'holder'))
  if rebuilt ~= ARGV[2] or holder ~= ARGV[3] then return false end
  redis.call('HSET', meta, 'lease', string.format('%.0f', milliseconds() + ARGV[4]))
  return true
end
