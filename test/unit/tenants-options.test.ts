import { describe, it } from "vitest";
import { parseAssignments, parseTenantsOptions } from "../../scripts/tenants/options.ts";

const commandOf = (line: string) => parseTenantsOptions(line.split(" "))?.command;

describe("the words of npm run tenants", () => {
  it("make a patch of dotted paths and JSON values", ({ expect }) => {
    expect(
      parseAssignments([
        "filters.max_maturity=PG",
        'filters.excluded_tags=["a","b"]',
        "rollout_pct=10",
        "name=Acme & Co",
        "rate_limits.tenant_requests_per_minute=null",
      ]),
    ).toEqual({
      filters: { max_maturity: "PG", excluded_tags: ["a", "b"] },
      rollout_pct: 10,
      name: "Acme & Co",
      rate_limits: { tenant_requests_per_minute: null },
    });
  });

  it("name what a word should have been", ({ expect }) => {
    expect(() => parseAssignments(["rollout_pct"])).toThrow("path=value");
    expect(() => parseAssignments(["mix=1", "mix.popularity=1"])).toThrow("set as a whole");
    expect(() => commandOf("kill acme maybe")).toThrow("on, or kill");
    expect(() => commandOf("show Acme")).toThrow("no tenant id");
    expect(() => commandOf("exclude acme a/b")).toThrow("no item id");
    expect(() => commandOf("rollback acme x")).toThrow("no number");
    expect(() => commandOf("put --all file.json")).toThrow("one tenant");
    expect(() => commandOf("explode acme")).toThrow("no command");
  });

  it("reach one tenant or, with --all, the whole deployment", ({ expect }) => {
    expect(commandOf("kill acme on")).toEqual({
      verb: "patch",
      target: { tenant: "acme" },
      patch: { kill_switch: true },
    });
    expect(commandOf("kill --all off")).toEqual({
      verb: "patch",
      target: "deployment",
      patch: { kill_switch: false },
    });
    expect(commandOf("exclude --all one two")).toEqual({
      verb: "exclude",
      target: "deployment",
      items: ["one", "two"],
    });
  });

  it("ask for help when there are none", ({ expect }) => {
    expect(parseTenantsOptions([])).toBeUndefined();
    expect(parseTenantsOptions(["kill", "--help"])).toBeUndefined();
  });
});
