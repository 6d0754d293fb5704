/** The YouTube of tests behind a port of this machine. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { YouTubeServer } from "./youtube-server.ts";

export interface StartedYouTube {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  stop(): Promise<void>;
}

export async function startYouTubeServer(
  youtube: YouTubeServer,
  port = 0,
): Promise<StartedYouTube> {
  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (typeof value === "string") headers.set(name, value);
    }
    const request = new Request(
      `http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url ?? "/"}`,
      {
        headers,
        signal: gone.signal,
      },
    );
    void youtube.handle(request).then(
      async (answer) => {
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(Buffer.from(await answer.arrayBuffer()));
      },
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
