--- @include "count-codes"
-- Codes in both queues and in a leased page.
local function heldCodes(user)
  local held = countCodes(user.popularity.codes) + countCodes(user.freshness.codes)
  if user.lease then
    held = held + countCodes(user.lease.popularity) + countCodes(user.lease.freshness)
  end
  return held
end
