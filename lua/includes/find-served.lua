-- The newest page served under `token`, as its popularity, freshness and fallback codes; or nil.
local function findServed(served, token)
  local codesAt = 21 + #token
  local mark = string.format("%02d", #token) .. token
  for index = #served, 1, -1 do
    local element = served[index]
    if string.sub(element, 19, codesAt - 1) == mark then
      local freshnessAt = codesAt + tonumber(string.sub(element, 11, 14)) * 7
      local fallbackAt = freshnessAt + tonumber(string.sub(element, 15, 18)) * 7
      return string.sub(element, codesAt, freshnessAt - 1),
        string.sub(element, freshnessAt, fallbackAt - 1),
        string.sub(element, fallbackAt)
    end
  end
  return nil
end
