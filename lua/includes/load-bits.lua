-- Loads the bits of the layers from number `first` on, in one call.
local function loadBits(key, layers, first)
  local fields = {}
  for index = first, #layers do
    fields[#fields + 1] = layers[index].field
  end
  if #fields == 0 then
    return
  end
  for offset, bits in ipairs(redis.call("HMGET", key, unpack(fields))) do
    layers[first + offset - 1].bits = bits
  end
end
