--[[
  Adds a served page. The list lives as long as its longest cooldown: GT never shortens it, and a new list
  has no expiry that GT could compare with. 5,000 pages are more than a refill leaves (COOLDOWN_LIMIT).
]]
local function pushServed(key, element, cooldownSeconds)
  local pages = redis.call("RPUSH", key, element)
  if pages == 1 then
    redis.call("EXPIRE", key, cooldownSeconds)
    return
  end
  redis.call("EXPIRE", key, cooldownSeconds, "GT")
  if pages > 5000 then
    redis.call("LTRIM", key, -5000, -1)
  end
end
