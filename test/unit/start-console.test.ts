import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, it } from "vitest";
import { showProgress } from "../../scripts/import/progress.ts";
import { parsePort, portFree } from "../../scripts/start/free-port.ts";
import { workerLogLine } from "../../scripts/start/worker-log.ts";

describe("PORT", () => {
  it("is a number of 16 bits, or the standard one when unset", ({ expect }) => {
    expect(parsePort(undefined, 8787)).toBe(8787);
    expect(parsePort("0", 8787)).toBe(0);
    expect(parsePort("65536", 8787)).toBeUndefined();
    expect(parsePort("80 80", 8787)).toBeUndefined();
  });

  it("is found in use while someone listens", async ({ expect }) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await portFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await portFree(port)).toBe(true);
  });
});

describe("a log line of the Worker", () => {
  const noon = new Date(2026, 7, 1, 12, 0, 0);

  it("reads as a line", ({ expect }) => {
    const line = workerLogLine('{"level":"warn","message":"store is slow","tenant":"demo"}', noon);
    expect(line).toBe('  12:00:00  warn store is slow {"tenant":"demo"}');
  });

  it("of the runtime is shown as it is", ({ expect }) => {
    expect(workerLogLine("{broken", noon)).toBe("  12:00:00  warn {broken");
  });
});

describe("the progress of an import", () => {
  function aProgress(tty: boolean) {
    const clock = { ms: 0, fraction: 0 };
    const written: string[] = [];
    const progress = showProgress({
      label: "items",
      alreadyDone: 0,
      fraction: () => clock.fraction,
      tty,
      write: (text) => written.push(text),
      now: () => clock.ms,
    });
    return { clock, written, progress };
  }

  it("is a plain line every few seconds where nobody looks", ({ expect }) => {
    const { clock, written, progress } = aProgress(false);
    for (const second of [1, 2, 6, 7, 12]) {
      clock.ms = second * 1_000;
      clock.fraction = second / 20;
      progress.update(second * 100);
    }
    expect(written).toEqual([
      "  items   30 %  600 rows, 100 rows/s, 14.0 s left\n",
      "  items   60 %  1,200 rows, 100 rows/s, 8.0 s left\n",
    ]);
  });

  it("is a bar on a terminal, and other lines stand above it", ({ expect }) => {
    const { clock, written, progress } = aProgress(true);
    clock.ms = 1_000;
    clock.fraction = 0.5;
    progress.update(100);
    progress.say("row 3 is bad");
    expect(written[0]).toContain("████████████░░░░░░░░░░░░");
    expect(written.slice(1)).toEqual(["\r\u001B[2K", "row 3 is bad\n"]);
  });
});
