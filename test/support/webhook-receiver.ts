/** A receiver of webhooks that misbehaves on demand, and verifies signatures by itself, as Standard Webhooks says. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A status to answer with; or no answer at all, or a connection that is cut. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | "hang"
  | "cut";

export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** For the next request; afterwards it behaves. */
  misbehave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

export async function aReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const planned: Behaviour[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers as Record<string, string>, body });
    const behaviour = planned.shift() ?? { status: 204 };
    if (behaviour === "hang") return;
    if (behaviour === "cut") {
      request.socket.destroy();
      return;
    }
    response.writeHead(behaviour.status, behaviour.headers);
    response.end();
  }
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    misbehave: (...behaviours) => {
      planned.push(...behaviours);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** True when one of the signatures is by this secret. */
export function isSignedBy(secret: string, { headers, body }: Received): boolean {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return headers["webhook-signature"]?.split(" ").includes(expected) ?? false;
}
