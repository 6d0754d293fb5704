import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

// Tests of the same group run side by side. Chromium and workerd each want the cores for themselves,
// so they come after the suites that only need Node.
const group = { node: 0, workers: 1, survival: 2, browser: 3 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // Properties are tried a hundred times, on machines that do other things besides.
          testTimeout: 30_000,
          sequence: { groupOrder: group.node },
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          hookTimeout: 20_000,
          testTimeout: 20_000,
          sequence: { groupOrder: group.node },
        },
      },
      {
        test: {
          name: "lua",
          include: ["test/lua/**/*.test.ts"],
          hookTimeout: 20_000,
          // Random operation sequences through a proxy and a real server.
          testTimeout: 60_000,
          sequence: { groupOrder: group.node },
        },
      },
      {
        plugins: [
          // Reads bindings, objects and settings from wrangler.toml. It runs no [build] command, and each
          // test file has a storage of its own, so files cannot see each other's tenants.
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            remoteBindings: false,
            miniflare: {
              // Tests deliver messages themselves (support/app.ts): the queue's own consumer comes long after them.
              queueConsumers: {
                "nearfeed-jobs": { maxBatchSize: 100, maxBatchTimeout: 60 },
                "nearfeed-outbox": { maxBatchSize: 100, maxBatchTimeout: 60 },
                "nearfeed-warm-ups": { maxBatchSize: 100, maxBatchTimeout: 60 },
                "nearfeed-steps": { maxBatchSize: 100, maxBatchTimeout: 60 },
                "nearfeed-events": { maxBatchSize: 100, maxBatchTimeout: 60 },
              },
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                // Stands before the key that a developer keeps in .dev.vars.
                ADMIN_KEY: "admin-key-of-tests",
                SIGNING_KEY: "signing-key-of-tests-0123456789ab",
                DEFAULT_AUTH: "open",
              },
            },
          })),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          setupFiles: ["test/workers/each-file.ts"],
          hookTimeout: 20_000,
          testTimeout: 20_000,
          sequence: { groupOrder: group.workers },
        },
      },
      {
        test: {
          name: "survival",
          include: ["test/survival/**/*.test.ts"],
          // Each file boots a Worker and keeps it as busy as two cores allow.
          fileParallelism: false,
          hookTimeout: 120_000,
          testTimeout: 900_000,
          sequence: { groupOrder: group.survival },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          // One Chromium and one Worker at a time.
          fileParallelism: false,
          hookTimeout: 60_000,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          sequence: { groupOrder: group.browser },
        },
      },
    ],
  },
});
