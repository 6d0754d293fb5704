--- @include "digit-values"
--- @include "layer-growth"
--- @include "open-layer"
--- @include "pack-bits"
--- @include "set-bits"
-- Adds a list of codes to the newest layer, whose bits are loaded, opening layers as they fill.
local function addWatched(layers, codes, now)
  local values = digitValues()
  local layer = layers[#layers]
  for _, code in ipairs(codes) do
    if
      not layer
      or layer.items >= LAYER_RATED_ITEMS[layer.size]
      or now - layer.openedAt >= LAYER_OPEN_SECONDS
    then
      layer = openLayer(layer, now)
      layers[#layers + 1] = layer
    end
    if not layer.blocks then
      layer.blocks = {}
    end
    setBits(layer, values, code)
    layer.items = layer.items + 1
  end
  for _, changed in ipairs(layers) do
    if changed.blocks then
      packBits(changed)
      changed.written = true
    end
  end
end
