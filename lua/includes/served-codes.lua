-- All codes of a served page.
local function servedCodes(element)
  return string.sub(element, 21 + tonumber(string.sub(element, 19, 20)))
end
