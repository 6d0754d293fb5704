import fc from "fast-check";
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { itemCodes } from "../../src/domain/item-code.ts";
import {
  type Cursor,
  CURSOR_LIFE_SECONDS,
  parseCursor,
  writeCursor,
} from "../../src/feed/cursor.ts";
import { Signer } from "../../src/platform/signing.ts";

const signer = new Signer("a secret of this test");
const key = { tenant: "news" as TenantId, user: "sha256:4f2a" as UserId };
const cursor: Cursor = {
  kind: "personalized",
  issuedAtSeconds: 1_790_000_000,
  poolsVersion: 1_790_000_000_123,
  served: 20,
  slate: "abcdefghijklmnop",
  rest: itemCodes(["one", "two", "three"] as ItemId[]),
};
const now = cursor.issuedAtSeconds + 10;

const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: unknown) =>
      error instanceof FailureError ? `${error.code}: ${error.message}` : String(error),
  );

describe("the cursor of the ranked feed", () => {
  it("comes back as it was written", async ({ expect }) => {
    const text = await writeCursor(signer, key, cursor);
    expect(text).toMatch(/^[\w.-]+$/);
    expect(await parseCursor(signer, key, text, now)).toEqual(cursor);
  });

  it("is refused when one character of it was changed", async ({ expect }) => {
    const text = await writeCursor(signer, key, cursor);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom("a", "Z", "9", "_"),
        async (at, letter) => {
          fc.pre(text[at] !== letter);
          const forged = text.slice(0, at) + letter + text.slice(at + 1);
          expect(await failureOf(parseCursor(signer, key, forged, now))).toMatch(/^INVALID_CURSOR/);
        },
      ),
    );
  });

  it("is refused for another user, for another tenant and under another secret", async ({
    expect,
  }) => {
    const text = await writeCursor(signer, key, cursor);
    const foreign =
      "INVALID_CURSOR: The cursor is forged, or was issued to another tenant or user.";
    const user = { ...key, user: "mallory" as UserId };
    const tenant = { ...key, tenant: "sports" as TenantId };
    const stranger = new Signer("another secret");
    expect(await failureOf(parseCursor(signer, user, text, now))).toBe(foreign);
    expect(await failureOf(parseCursor(signer, tenant, text, now))).toBe(foreign);
    expect(await failureOf(parseCursor(stranger, key, text, now))).toBe(foreign);
  });

  it("says that it has expired when it has", async ({ expect }) => {
    const text = await writeCursor(signer, key, cursor);
    const end = cursor.issuedAtSeconds + CURSOR_LIFE_SECONDS;
    expect(await failureOf(parseCursor(signer, key, text, end - 1))).toBe("accepted");
    expect(await failureOf(parseCursor(signer, key, text, end))).toMatch(/expired/);
  });

  it("is refused when it is none at all", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
        expect(await failureOf(parseCursor(signer, key, text, now))).toMatch(/^INVALID_CURSOR/);
      }),
    );
  });
});
