import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { parseTenantConfig } from "../../src/tenants/parse-tenant.ts";

/** The places of a record's faults. */
function faultsOf(record: Record<string, unknown>): readonly string[] {
  try {
    parseTenantConfig("acme" as TenantId, ["embedded"], record);
    return [];
  } catch (error) {
    if (error instanceof FailureError) return error.faults.map(({ path }) => path);
    throw error;
  }
}

const jwtFrom = (address: string) => ({
  auth: {
    mode: "jwt",
    jwt: {
      issuer: "https://id.example",
      audience: "nearfeed",
      algorithms: ["ES256"],
      jwks_url: address,
    },
  },
});

const least = (source: string, share: number, period: object = {}) => ({
  type: "quota",
  source,
  min_share: share,
  ...period,
});

describe("a record that makes no sense", () => {
  it("is refused when its quotas promise more than a page at one time", ({ expect }) => {
    expect(faultsOf({ rules: [least("popularity", 0.7), least("freshness", 0.4)] })).toEqual([
      "body.rules.0.min_share",
      "body.rules.1.min_share",
    ]);
  });

  it("is refused when its videos are of a region that is no country", ({ expect }) => {
    expect(faultsOf({ videos: { region: "UK" } })).toEqual(["body.videos.region"]);
    expect(faultsOf({ videos: { region: "GB" } })).toEqual([]);
  });

  it("may promise a whole page, in parts or one after the other", ({ expect }) => {
    const third = 1 / 3;
    const parts = ["popularity", "freshness", "exploration"].map((name) => least(name, third));
    expect(faultsOf({ rules: parts })).toEqual([]);
    const noon = "2026-01-01T12:00:00Z";
    const turns = [
      least("popularity", 0.9, { ends_at: noon }),
      least("freshness", 0.9, { starts_at: noon }),
    ];
    expect(faultsOf({ rules: turns })).toEqual([]);
  });

  it("may not have its issuer's keys fetched in the open, or with a password", ({ expect }) => {
    const place = ["body.auth.jwt.jwks_url"];
    expect(faultsOf(jwtFrom("http://id.example/jwks.json"))).toEqual(place);
    expect(faultsOf(jwtFrom("https://ana:secret@id.example/jwks.json"))).toEqual(place);
    expect(faultsOf(jwtFrom("https://id.example/jwks.json"))).toEqual([]);
    expect(faultsOf(jwtFrom("http://127.0.0.1:8080/jwks.json"))).toEqual([]);
  });
});
