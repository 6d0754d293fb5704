-- Stores the index of layers, the layers that changed and, when given, the recent codes.
local function writeWatched(key, layers, expired, recent)
  if #expired > 0 then
    redis.call("HDEL", key, unpack(expired))
  end
  local index = {}
  local fields = {}
  for _, layer in ipairs(layers) do
    index[#index + 1] =
      string.format("%06d%010d%d%06d", layer.sequence, layer.openedAt, layer.size, layer.items)
    if layer.written then
      fields[#fields + 1] = layer.field
      fields[#fields + 1] = layer.bits
    end
  end
  fields[#fields + 1] = "w"
  fields[#fields + 1] = table.concat(index)
  if recent then
    fields[#fields + 1] = "r"
    fields[#fields + 1] = recent
  end
  redis.call("HSET", key, unpack(fields))
end
