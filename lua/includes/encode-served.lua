--- @include "count-codes"
--[[
  One served page, one list element: expiry (10 digits), number of popularity and of freshness codes
  (4 digits each), length of the token (2 digits), the token, the codes. What is left are fallback codes.
]]
local function encodeServed(expiry, token, popularity, freshness, fallback)
  return string.format(
    "%010d%04d%04d%02d",
    expiry,
    countCodes(popularity),
    countCodes(freshness),
    #token
  ) .. token .. popularity .. freshness .. fallback
end
