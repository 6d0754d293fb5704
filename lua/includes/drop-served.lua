--[[
  Drops the pages that expired. They are at the front unless a clock jumped or a policy changed; then the
  list is written anew. It is capped at 5,000 pages, which `unpack` takes safely.
]]
local function dropServed(key, served, now)
  local kept, front, latest = {}, 0, 0
  for index, element in ipairs(served) do
    local expiry = tonumber(string.sub(element, 1, 10))
    if expiry > now then
      kept[#kept + 1] = element
      latest = math.max(latest, expiry)
    elseif front == index - 1 then
      front = index
    end
  end
  if #kept == #served then
    return served
  end
  if front + #kept == #served then
    redis.call("LTRIM", key, front, -1)
    return kept
  end
  redis.call("DEL", key)
  if #kept > 0 then
    redis.call("RPUSH", key, unpack(kept))
    redis.call("EXPIRE", key, latest - now)
  end
  return kept
end
