-- Drops the batches at the front whose time is over. A batch behind one that lives on waits for it.
local function expireQueue(queue, now)
  local dropped = 0
  while queue.expiries[1] and queue.expiries[1] <= now do
    table.remove(queue.expiries, 1)
    dropped = dropped + table.remove(queue.counts, 1)
  end
  if dropped > 0 then
    queue.codes = string.sub(queue.codes, dropped * 7 + 1)
  end
end
