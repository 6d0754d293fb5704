import { describe, it } from "vitest";
import { askAdmin } from "./support/app.ts";
import {
  askAdminJson,
  type RecordAnswer,
  send,
  type VersionAnswer,
} from "./support/tenant-records.ts";

const PATH = "/admin/deployment";

describe("the deployment's record", () => {
  it("is there from the start, is changed, and keeps its history", async ({ expect }) => {
    const first = await askAdminJson<RecordAnswer>(PATH);
    expect(first.config).toEqual({ kill_switch: false, excluded_items: [] });
    const patched = await send("PATCH", PATH, { kill_switch: true }, `"${first.version}"`);
    expect(patched.headers.get("ETag")).toBe(`"${first.version + 1}"`);
    expect(await patched.json()).toMatchObject({
      config: { kill_switch: true, excluded_items: [] },
    });
    const put = await send("PUT", PATH, { excluded_items: ["one"] });
    expect(await put.json()).toMatchObject({
      version: first.version + 2,
      config: { kill_switch: false, excluded_items: ["one"] },
    });
    const { versions } = await askAdminJson<{ versions: VersionAnswer[] }>(`${PATH}/history`);
    expect(versions[0]).toMatchObject({
      action: "put",
      changed_by: "operator",
      changes: [
        { path: "kill_switch", before: true, after: false },
        { path: "excluded_items", before: [], after: ["one"] },
      ],
    });
  });

  it("is refused with its faults, and for a version that is gone", async ({ expect }) => {
    const bad = await send("PATCH", PATH, { kill_switch: "yes", excluded_items: ["a b"], on: 1 });
    expect(bad.status).toBe(400);
    const { errors } = await bad.json<{ errors: { path: string }[] }>();
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      "body.excluded_items.0",
      "body.kill_switch",
      "body.on",
    ]);
    const late = await send("PUT", PATH, {}, '"99"');
    expect(late.status).toBe(412);
    await late.text();
  });

  it("is in the API's document, with the records of tenants", async ({ expect }) => {
    const document = await (
      await askAdmin("/openapi.json")
    ).json<{
      paths: Record<string, Record<string, unknown>>;
    }>();
    expect(Object.keys(document.paths[PATH] ?? {})).toEqual(["get", "put", "patch"]);
    const config = document.paths["/t/{tenant}/admin/config"] ?? {};
    expect(Object.keys(config)).toEqual(["get", "put", "patch"]);
  });
});
