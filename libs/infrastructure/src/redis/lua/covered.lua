local MAX_RANGES = 1000

-- Marks the ledger range (from, to] as covered. Ranges are stored as "from-to,from-to,…", sorted and merged. The watermark is
-- the end of the range that starts at 0. Beyond MAX_RANGES the newest range is dropped; it is read from the ledger again.
local function cover(generation, from, to)
  if to <= from then return end
  local ranges, merged, texts = { { from, to } }, {}, {}
  for first, last in string.gmatch(redis.call('GET', key(generation, 'covered')) or '', '(%d+)-(%d+)') do
    ranges[#ranges + 1] = { tonumber(first), tonumber(last) }
  end
  table.sort(ranges, function(a, b) return a[1] < b[1] end)
  for _, range in ipairs(ranges) do
    local last = merged[#merged]
    if last and range[1] <= last[2] then last[2] = math.max(last[2], range[2]) else merged[#merged + 1] = range end
  end
  for i = 1, math.min(#merged, MAX_RANGES) do texts[i] = string.format('%.0f-%.0f', merged[i][1], merged[i][2]) end
  redis.call('SET', key(generation, 'covered'), table.concat(texts, ','))
end
