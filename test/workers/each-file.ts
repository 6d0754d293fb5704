import { applyD1Migrations } from "cloudflare:test";
import { waitForGlobalWaitUntil } from "cloudflare:test-internal";
import { env } from "cloudflare:workers";
import { afterAll } from "vitest";

// Every test file starts with the tables of migrations/ and no rows.
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// What a Worker does behind its answer ends before the file does: a call to an object in it that is cut
// off by the end would be an unhandled rejection, and fail a run in which every test passed.
afterAll(waitForGlobalWaitUntil);
