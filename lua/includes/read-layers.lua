--- @include "layer-classes"
--[[
  The index of Bloom layers (field w), 23 digits a layer, oldest first: sequence (6), opened at (10), size
  class (1), items (6). Returns the live layers, and the fields of the expired ones.
]]
local function readLayers(text, now)
  local layers, expired = {}, {}
  for at = 1, #(text or ""), 23 do
    local sequence = tonumber(string.sub(text, at, at + 5))
    local openedAt = tonumber(string.sub(text, at + 6, at + 15))
    if openedAt + LAYER_LIFE_SECONDS > now then
      local size = tonumber(string.sub(text, at + 16, at + 16))
      layers[#layers + 1] = {
        sequence = sequence,
        field = string.format("w%d", sequence),
        openedAt = openedAt,
        size = size,
        bitCount = LAYER_BITS[size],
        items = tonumber(string.sub(text, at + 17, at + 22)),
      }
    else
      expired[#expired + 1] = string.format("w%d", sequence)
    end
  end
  return layers, expired
end
