--- @include "each-code"
-- A string of codes without those in the set `gone`, and how many stayed.
local function withoutCodes(codes, gone)
  local kept = {}
  for code in eachCode(codes) do
    if not gone[code] then
      kept[#kept + 1] = code
    end
  end
  return table.concat(kept), #kept
end
