--[[
  A lease is stored as: its end, the expiry of its popularity and of its freshness codes (10 digits each),
  the number of popularity codes (4 digits), the length of the token (2 digits), the token, the codes. Empty once it has
  ended.
]]
local function readLease(text)
  if not text or text == "" then
    return nil
  end
  local codesAt = 37 + tonumber(string.sub(text, 35, 36))
  local freshnessAt = codesAt + tonumber(string.sub(text, 31, 34)) * 7
  return {
    untilSeconds = tonumber(string.sub(text, 1, 10)),
    popularityExpiry = tonumber(string.sub(text, 11, 20)),
    freshnessExpiry = tonumber(string.sub(text, 21, 30)),
    token = string.sub(text, 37, codesAt - 1),
    popularity = string.sub(text, codesAt, freshnessAt - 1),
    freshness = string.sub(text, freshnessAt),
  }
end
