--- @include "queue-without"
--- @include "without-codes"
-- Removes the codes in the set `gone` from both queues and from a leased page.
local function userWithout(user, gone)
  queueWithout(user.popularity, gone)
  queueWithout(user.freshness, gone)
  if user.lease then
    user.lease.popularity = withoutCodes(user.lease.popularity, gone)
    user.lease.freshness = withoutCodes(user.lease.freshness, gone)
  end
end
