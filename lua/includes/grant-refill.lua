--- @include "count-codes"
-- 1 for exactly one caller while a queue is low: the refill lease is set in the same step.
local function grantRefill(user, now, lowWaterMark, refillLeaseSeconds)
  local lowest = math.min(countCodes(user.popularity.codes), countCodes(user.freshness.codes))
  if lowest >= lowWaterMark or user.refillUntil > now then
    return 0
  end
  user.refillUntil = now + refillLeaseSeconds
  return 1
end
