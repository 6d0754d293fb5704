--- @include "add-watched"
--- @include "count-codes"
--- @include "each-code"
--- @include "served-codes"
--[[
  Moves the oldest pages of an overfull cooldown to the Bloom layers: hidden for longer, never served
  early. Returns the pages that stay, and whether any moved.
]]
local function foldCooldown(key, served, layers, limit, now)
  local cooling = 0
  for _, element in ipairs(served) do
    cooling = cooling + countCodes(servedCodes(element))
  end
  if cooling <= limit then
    return served, false
  end
  local folded, pages = {}, 0
  while cooling > limit and served[pages + 1] do
    pages = pages + 1
    local codes = servedCodes(served[pages])
    for code in eachCode(codes) do
      folded[#folded + 1] = code
    end
    cooling = cooling - countCodes(codes)
  end
  redis.call("LTRIM", key, pages, -1)
  addWatched(layers, folded, now)
  local kept = {}
  for index = pages + 1, #served do
    kept[#kept + 1] = served[index]
  end
  return kept, true
end
