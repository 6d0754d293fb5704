import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { findAdminKey, findOrMakeAdminKey } from "../../scripts/admin/admin-key.ts";

let file: string;

beforeEach(() => {
  vi.stubEnv("ADMIN_KEY", "");
  file = path.join(mkdtempSync(path.join(tmpdir(), "nearfeed-")), ".dev.vars");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the admin key", () => {
  it("is made once, kept, and readable by its owner alone", ({ expect }) => {
    const made = findOrMakeAdminKey(file);
    expect(made.key.length).toBeGreaterThanOrEqual(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(findOrMakeAdminKey(file)).toEqual({ key: made.key, origin: ".dev.vars" });
  });

  it("is added to other secrets without touching them", ({ expect }) => {
    writeFileSync(file, "UPSTASH_REDIS_REST_TOKEN=abc");
    const { key } = findOrMakeAdminKey(file);
    expect(readFileSync(file, "utf8")).toBe(
      `UPSTASH_REDIS_REST_TOKEN=abc\nADMIN_KEY=${key}\nDEFAULT_AUTH=open\n`,
    );
  });

  it("of the environment stands before the kept one and is never written down", ({ expect }) => {
    vi.stubEnv("ADMIN_KEY", "from-outside");
    expect(findOrMakeAdminKey(file)).toEqual({ key: "from-outside", origin: "environment" });
    vi.stubEnv("ADMIN_KEY", "");
    expect(findAdminKey(file)).toBeUndefined();
  });
});
