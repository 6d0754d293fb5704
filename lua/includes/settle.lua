--- @include "dissolve-lease"
--- @include "expire-queue"
-- Returns an expired lease to the front of its queues and drops what has waited too long.
local function settle(user, now)
  if user.lease and user.lease.untilSeconds <= now then
    dissolveLease(user)
  end
  expireQueue(user.popularity, now)
  expireQueue(user.freshness, now)
end
