-- The value of each base64url digit, by its byte.
local function digitValues()
  local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  local values = {}
  for index, byte in ipairs({ string.byte(alphabet, 1, 64) }) do
    values[byte] = index - 1
  end
  return values
end
