--- @include "code-hashes"
--- @include "might-contain"
--[[
  Examines candidates in order until `room` of them are kept; each is accepted once. Counts the refused in
  `sift.known` and `sift.watched`. Returns the kept codes, and how many candidates were examined.
]]
local function examine(sift, candidates, room)
  local sub = string.sub
  local held, layers, values = sift.held, sift.layers, sift.values
  local filtered = #layers > 0
  local kept, count, examined = {}, 0, 0
  for at = 1, #candidates, 7 do
    if count >= room then
      break
    end
    examined = examined + 1
    local code = sub(candidates, at, at + 6)
    if held[code] then
      sift.known = sift.known + 1
    elseif filtered and mightContain(layers, codeHashes(values, code)) then
      sift.watched = sift.watched + 1
    else
      held[code] = true
      count = count + 1
      kept[count] = code
    end
  end
  return table.concat(kept), examined
end
