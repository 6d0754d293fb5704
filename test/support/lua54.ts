/** Starts the Lua 5.4 harness, which stands in for Dragonfly. */
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = "lua5.4";

/** Why tests on Lua 5.4 are skipped, or undefined when they can run. */
export const lua54Missing: string | undefined =
  spawnSync(PROGRAM, ["-e", 'require("socket")']).status === 0
    ? undefined
    : "no lua5.4 with LuaSocket: install lua5.4 and lua-socket";

if (lua54Missing !== undefined) console.warn(`SKIPPED: ${lua54Missing}`);

export interface Lua54 {
  run(body: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  stop(): void;
}

export function startLua54(redisUrl: string): Lua54 {
  const harness = path.join(import.meta.dirname, "lua54-harness.lua");
  const child = spawn(PROGRAM, [harness, new URL(redisUrl).port], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(body, keys, args) {
      const strings = [body, String(keys.length), ...keys, String(args.length), ...args];
      child.stdin.write(strings.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(""));
      const { value } = await lines.next();
      const answer = JSON.parse(String(value)) as { reply?: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.reply;
    },
    stop() {
      child.kill();
    },
  };
}
