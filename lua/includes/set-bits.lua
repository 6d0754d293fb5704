--- @include "bit-values"
--- @include "code-hashes"
--- @include "layer-classes"
--[[
  Sets the probes of a code. Bytes are changed in blocks of 64, made tables when first touched, so that a
  few codes in a big layer cost a few blocks, and `packBits` no sort.
]]
local function setBits(layer, values, code)
  local bit, step = codeHashes(values, code)
  local bitCount, blocks = layer.bitCount, layer.blocks
  bit, step = bit % bitCount, step % bitCount
  for _ = 1, PROBES do
    local low = bit % 8
    local byte = (bit - low) / 8
    local offset = byte % 64
    local number = (byte - offset) / 64
    local block = blocks[number]
    if not block then
      block = { string.byte(layer.bits, number * 64 + 1, number * 64 + 64) }
      blocks[number] = block
    end
    local value = block[offset + 1]
    if value % BIT_ABOVE[low] < BIT_VALUE[low] then
      block[offset + 1] = value + BIT_VALUE[low]
    end
    bit = (bit + step) % bitCount
  end
end
