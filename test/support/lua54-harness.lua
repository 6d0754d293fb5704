--[[
  Runs the scripts under Lua 5.4, as Dragonfly does: `lua5.4 lua54-harness.lua <port of a Redis>`.
  Reads calls from standard input, strings as "<length>\n<bytes>": script body, number of keys, keys, number
  of arguments, arguments. Answers each with one line of JSON: { "reply": … } or { "error": … }.

  Stricter than Dragonfly: keys must be declared, arguments and replies must be strings or integers, and no
  script may make more than 12 calls.
]]
local CALL_LIMIT = 12
local KEY_COUNT = {
  DEL = math.huge,
  EXPIRE = 1,
  HDEL = 1,
  HGET = 1,
  HLEN = 1,
  HMGET = 1,
  HSET = 1,
  INCR = 1,
  LRANGE = 1,
  LTRIM = 1,
  PERSIST = 1,
  PEXPIRE = 1,
  PTTL = 1,
  RPUSH = 1,
  SET = 1,
  ZADD = 1,
  ZCARD = 1,
  ZREMRANGEBYSCORE = 1,
}

local connection = assert(require("socket").connect("127.0.0.1", tonumber(arg[1])))

local function readReply()
  local line = assert(connection:receive("*l"))
  local kind, rest = line:sub(1, 1), line:sub(2)
  if kind == ":" then
    return math.tointeger(tonumber(rest))
  elseif kind == "+" then
    return { ok = rest }
  elseif kind == "$" then
    if rest == "-1" then
      return false
    end
    local bytes = assert(connection:receive(tonumber(rest) + 2))
    return bytes:sub(1, -3)
  elseif kind == "*" then
    local items = {}
    for index = 1, tonumber(rest) do
      items[index] = readReply()
    end
    return items
  end
  error(line, 0)
end

local function expectWord(value, what)
  local known = type(value) == "string" or math.type(value) == "integer"
  if not known then
    error(what .. " is neither string nor integer: " .. tostring(value), 0)
  end
end

local function caller(keys)
  local declared, calls = {}, 0
  for _, key in ipairs(keys) do
    declared[key] = true
  end
  return function(command, ...)
    calls = calls + 1
    if calls > CALL_LIMIT then
      error("more than " .. CALL_LIMIT .. " calls", 0)
    end
    local words = { command, ... }
    local parts = { "*" .. #words }
    for index, word in ipairs(words) do
      expectWord(word, "an argument of " .. command)
      local text = tostring(word)
      if
        index > 1
        and index <= (KEY_COUNT[command] or error("unexpected command " .. command, 0)) + 1
      then
        if not declared[text] then
          error("script tried accessing undeclared key, key: " .. text, 0)
        end
      end
      parts[#parts + 1] = "$" .. #text .. "\r\n" .. text
    end
    assert(connection:send(table.concat(parts, "\r\n") .. "\r\n"))
    return readReply()
  end
end

local function encode(value)
  if type(value) == "table" then
    if value.ok then
      error("a reply holds a status", 0)
    end
    local items = {}
    for index, item in ipairs(value) do
      items[index] = encode(item)
    end
    return "[" .. table.concat(items, ",") .. "]"
  end
  expectWord(value, "a reply")
  if type(value) == "string" then
    return '"'
      .. value:gsub('[%c"\\]', function(char)
        return string.format("\\u%04x", char:byte())
      end)
      .. '"'
  end
  return tostring(value)
end

local function run(body, keys, args)
  local environment = {
    KEYS = keys,
    ARGV = args,
    redis = { call = caller(keys) },
    string = string,
    table = table,
    math = math,
    ipairs = ipairs,
    pairs = pairs,
    tonumber = tonumber,
    tostring = tostring,
    unpack = table.unpack,
  }
  -- The body of a function, where a first line of flags is a syntax error.
  local script = assert(load(body, "script", "t", environment))
  return encode(script())
end

local function readString()
  local length = io.read("l")
  return length and io.read(tonumber(length)) or nil
end

local function readList()
  local list = {}
  for index = 1, tonumber(readString()) do
    list[index] = readString()
  end
  return list
end

-- An empty string is read as one, not as the end of the input.
local read = io.read
io.read = function(format)
  return format == 0 and "" or read(format)
end

for body in readString do
  local keys, args = readList(), readList()
  local ok, result = pcall(run, body, keys, args)
  local field = ok and '"reply":' .. result or '"error":' .. encode(tostring(result))
  io.write("{", field, "}\n")
  io.flush()
end
