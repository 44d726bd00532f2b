local BOARD_SIZE = 10

-- Writes and returns the board if the top ten changed; otherwise returns false.
-- User ids contain no character that JSON escapes. Scores are returned as "-123", exact up to 2^53.
local function refresh_board(generation, sequence)
  local first, entries = redis.call('ZRANGE', key(generation, 'order'), 0, BOARD_SIZE - 1, 'WITHSCORES'), {}
  for i = 1, #first, 2 do
    local user, score = string.sub(first[i], 17), string.sub(first[i + 1], 2)
    entries[#entries + 1] = string.format('{"rank":%d,"userId":"%s","score":%s}', (i + 1) / 2, user, score)
  end
  local shown = '[' .. table.concat(entries, ',') .. ']'
  local held = redis.call('GET', board)
  if held and string.match(held, '"entries":(.*)}$') == shown then return false end

  local revision = math.max(tonumber(redis.call('HGET', meta, 'revision') or 0) + 1, sequence)
  local text = string.format('{"revision":%.0f,"entries":', revision) .. shown .. '}'
  redis.call('HSET', meta, 'revision', string.format('%.0f', revision))
  redis.call('SET', board, text)
  return text
end
