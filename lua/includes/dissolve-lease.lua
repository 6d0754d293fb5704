--- @include "prepend-codes"
-- Puts a leased page back at the front of its queues.
local function dissolveLease(user)
  local lease = user.lease
  prependCodes(user.popularity, lease.popularity, lease.popularityExpiry)
  prependCodes(user.freshness, lease.freshness, lease.freshnessExpiry)
  user.lease = nil
end
