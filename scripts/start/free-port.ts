import { type AddressInfo, createServer } from "node:net";

/** Whether nothing listens on a port of this machine's loopback address. */
export function portFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** The port that the environment asks for; undefined when that is no port. */
export function parsePort(text: string | undefined, standard: number): number | undefined {
  if (text === undefined || text === "") return standard;
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535 ? port : undefined;
}

/** A port that nothing listens on now; whoever asks takes it at once. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
