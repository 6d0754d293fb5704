--- @include "layer-classes"
--- @include "layer-growth"
-- The layer after `last`: one class up behind a full one, one down behind one the class below would hold.
local function openLayer(last, now)
  local size, sequence = 0, 1
  if last then
    size, sequence = last.size, last.sequence + 1
    if last.items >= LAYER_RATED_ITEMS[size] then
      size = math.min(size + 1, LAST_LAYER_CLASS)
    elseif size > 0 and last.items < LAYER_RATED_ITEMS[size - 1] then
      size = size - 1
    end
  end
  return {
    sequence = sequence,
    field = string.format("w%d", sequence),
    openedAt = now,
    size = size,
    bitCount = LAYER_BITS[size],
    items = 0,
    bits = string.rep("\0", LAYER_BITS[size] / 8),
  }
end
