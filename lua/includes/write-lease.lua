--- @include "count-codes"
-- The string that `readLease` reads.
local function writeLease(lease)
  return string.format(
    "%010d%010d%010d%04d%02d",
    lease.untilSeconds,
    lease.popularityExpiry,
    lease.freshnessExpiry,
    countCodes(lease.popularity),
    #lease.token
  ) .. lease.token .. lease.popularity .. lease.freshness
end
