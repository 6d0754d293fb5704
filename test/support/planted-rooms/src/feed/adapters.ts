// breaks: redis-adapters
// breaks: durable-adapters
// breaks: sqlite-adapters
// breaks: kv-adapters
// breaks: d1-adapters
// breaks: postgres-adapters
// breaks: r2-adapters
// breaks: memory-adapters
// breaks: cache-api-adapters
import "../pools/cache-api-leaf.ts";
import "../pools/d1-leaf.ts";
import "../pools/durable-leaf.ts";
import "../pools/kv-leaf.ts";
import "../pools/memory-leaf.ts";
import "../pools/postgres-leaf.ts";
import "../pools/r2-leaf.ts";
import "../pools/redis-leaf.ts";
import "../pools/sqlite-leaf.ts";
