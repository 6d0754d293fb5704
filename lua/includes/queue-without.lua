--- @include "without-codes"
-- Removes the codes in the set `gone` from a queue; the rest keep their order and their expiry.
local function queueWithout(queue, gone)
  local expiries, counts, parts = {}, {}, {}
  local at = 1
  for batch = 1, #queue.counts do
    local after = at + queue.counts[batch] * 7
    local kept, count = withoutCodes(string.sub(queue.codes, at, after - 1), gone)
    if count > 0 then
      expiries[#expiries + 1] = queue.expiries[batch]
      counts[#counts + 1] = count
      parts[#parts + 1] = kept
    end
    at = after
  end
  queue.expiries, queue.counts, queue.codes = expiries, counts, table.concat(parts)
end
