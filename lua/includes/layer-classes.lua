--[[
  How the Bloom layers of src/users/watched-filter.ts are read; test/lua/layer-constants.test.ts holds both together.
  Constants and not arguments: a layer written with one set must never be read with another.
]]
local PROBES = 8
local LAYER_LIFE_SECONDS = 3888000
local LAYER_BITS = { [0] = 12224, 131072, 1048576 }
