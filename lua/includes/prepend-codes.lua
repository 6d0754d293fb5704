--- @include "count-codes"
-- Puts codes in front of a queue, as a batch of their own.
local function prependCodes(queue, codes, expiry)
  if codes == "" then
    return
  end
  table.insert(queue.expiries, 1, expiry)
  table.insert(queue.counts, 1, countCodes(codes))
  queue.codes = codes .. queue.codes
end
