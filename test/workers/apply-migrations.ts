import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

// Every test file starts with the tables of migrations/ and no rows.
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
