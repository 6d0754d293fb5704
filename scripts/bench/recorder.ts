/**
 * Takes down the commands that a store would send, so that they can be sent again in one go: a server that works
 * through them back to back is as warm as a busy one, and nothing else runs beside it.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Recorder {
  readonly url: string;
  /** The commands that `work` would have sent; it sees every one of them fail. */
  record(work: () => Promise<unknown>): Promise<readonly string[][]>;
  stop(): void;
}

export async function startRecorder(): Promise<Recorder> {
  let commands: string[][] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      commands.push(JSON.parse(Buffer.concat(chunks).toString()) as string[]);
      response.writeHead(400, { "Content-Type": "application/json" });
      response.end('{"error":"ERR recorded"}');
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async record(work) {
      commands = [];
      await work().catch(() => undefined);
      return commands;
    },
    stop: () => void server.close(),
  };
}
