-- Puts the changed blocks of a layer back into its string.
local function packBits(layer)
  local parts, from = {}, 0
  local bytes = layer.bitCount / 8
  for number = 0, math.floor((bytes - 1) / 64) do
    local block = layer.blocks[number]
    if block then
      parts[#parts + 1] = string.sub(layer.bits, from + 1, number * 64)
      parts[#parts + 1] = string.char(unpack(block))
      from = number * 64 + 64
    end
  end
  parts[#parts + 1] = string.sub(layer.bits, from + 1)
  layer.bits, layer.blocks = table.concat(parts), nil
end
