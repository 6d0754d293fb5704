-- Removes the first `count` codes from a queue; returns them and the expiry of the first one.
local function splitFront(queue, count)
  local expiry = queue.expiries[1] or 0
  if count <= 0 then
    return "", expiry
  end
  local left = count
  while queue.counts[1] and queue.counts[1] <= left do
    table.remove(queue.expiries, 1)
    left = left - table.remove(queue.counts, 1)
  end
  if left > 0 then
    queue.counts[1] = queue.counts[1] - left
  end
  local front = string.sub(queue.codes, 1, count * 7)
  queue.codes = string.sub(queue.codes, count * 7 + 1)
  return front, expiry
end
