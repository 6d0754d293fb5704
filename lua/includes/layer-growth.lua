-- When the next Bloom layer opens, and how big; held to src/users/watched-filter.ts as layer-classes is.
local LAYER_OPEN_SECONDS = 1296000
local LAYER_RATED_ITEMS = { [0] = 1000, 8000, 64000 }
local LAST_LAYER_CLASS = 2
