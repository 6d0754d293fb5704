import { describe, it } from "vitest";
import { isPublicUrl } from "../../src/sources/public-url.ts";

describe("an address that a tenant may have us ask", () => {
  it("is a public one over https", ({ expect }) => {
    for (const url of [
      "https://files.example/items.csv",
      "https://93.184.216.34/items",
      "https://[2606:4700::1111]/x",
      "https://172.32.0.1/",
    ]) {
      expect([url, isPublicUrl(new URL(url), false)]).toEqual([url, true]);
    }
  });

  it("is none of a private network, however it is written", ({ expect }) => {
    for (const url of [
      "http://files.example/items.csv",
      "https://localhost/",
      "https://LOCALHOST./",
      "https://db.internal/",
      "https://127.1/",
      "https://0x7f000001/",
      "https://2130706433/",
      "https://10.1.2.3/",
      "https://169.254.169.254/latest/meta-data",
      "https://172.16.0.1/",
      "https://192.168.1.1/",
      "https://100.64.0.1/",
      "https://[::1]/",
      "https://[::ffff:10.0.0.1]/",
      "https://[fd00::1]/",
      "https://[fe80::1]/",
      "https://user:pass@files.example/",
      "ftp://files.example/",
    ]) {
      expect([url, isPublicUrl(new URL(url), false)]).toEqual([url, false]);
    }
  });

  it("is one of this machine, where the deployment is a demo", ({ expect }) => {
    expect(isPublicUrl(new URL("http://127.0.0.1:8080/items"), true)).toBe(true);
    expect(isPublicUrl(new URL("https://127.0.0.1:8080/items"), true)).toBe(false);
  });
});
