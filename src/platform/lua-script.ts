/** A Lua script as the build leaves it: flattened, without comments, hashed for each dialect. */

/** `redis` is also Valkey and Dragonfly; `upstash` scripts open with a line of flags. */
export type Dialect = "redis" | "upstash";

/** The keys of a script, as many as its file name says. */
export type ScriptKeys<Count extends 1 | 2 | 3> = Count extends 1
  ? readonly [string]
  : Count extends 2
    ? readonly [string, string]
    : readonly [string, string, string];

export interface LuaScript<Count extends 1 | 2 | 3 = 1 | 2 | 3> {
  readonly name: string;
  readonly keyCount: Count;
  readonly readOnly: boolean;
  /** Lua for the `redis` dialect: no first line of flags, which Dragonfly cannot parse. */
  readonly body: string;
  readonly sha1: Readonly<Record<Dialect, string>>;
}

/**
 * What EVAL is sent. On Upstash a script without flags takes the lock of the whole database; with these it
 * takes those of its keys, and scripts of different users run side by side.
 */
export function scriptBody(script: Pick<LuaScript, "body" | "readOnly">, dialect: Dialect): string {
  if (dialect === "redis") return script.body;
  const flags = script.readOnly ? "no-writes,allow-key-locking" : "allow-key-locking";
  return `#!lua flags=${flags}\n${script.body}`;
}
