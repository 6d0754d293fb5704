import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "vitest";
import { jwksFetcher } from "../../src/access/fetch-jwks.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** An issuer of this machine; `body` writes pieces until told to stop. */
async function anIssuerThatSends(pieces: number, piece: string): Promise<string> {
  server = createServer((_request, answer) => {
    answer.on("error", () => undefined);
    const write = (left: number): void => {
      if (left === 0) answer.end();
      else answer.write(piece, () => setImmediate(write, left - 1));
    };
    write(pieces);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/jwks.json`;
}

describe("fetching an issuer's keys", () => {
  const fetchJwks = jwksFetcher({ allowLocalHttp: true });

  it("reads a key set that arrives in pieces", async ({ expect }) => {
    const url = await anIssuerThatSends(1, '{"keys":[]}');
    expect(await fetchJwks(url)).toEqual({ keys: [] });
  });

  it("stops reading an answer that does not end", async ({ expect }) => {
    const url = await anIssuerThatSends(Infinity, " ".repeat(50_000));
    await expect(fetchJwks(url)).rejects.toThrow("the JWKS is too long");
  });

  it("asks no plain http but that of a demo", async ({ expect }) => {
    const strict = jwksFetcher({ allowLocalHttp: false });
    await expect(strict("http://127.0.0.1/jwks.json")).rejects.toThrow("needs https");
    await expect(fetchJwks("http://id.example/jwks.json")).rejects.toThrow("needs https");
  });
});
