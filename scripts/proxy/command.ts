/** What a client may ask: commands as they come in JSON or in a path, and those that are refused. */

const UTF8 = new TextDecoder();

export type Command = readonly [string, ...(string | Uint8Array)[]];

/** A request that is answered with an error and reaches no database. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: 400 | 401 | 405 | 413;

  constructor(status: 400 | 401 | 405 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * All clients share one connection: a command that blocks it, changes its state or reads every key would be
 * everybody's. The rest administers the server, which is not a client's business.
 */
const DENIED = new Set(
  [
    "ACL ASKING AUTH BGREWRITEAOF BGSAVE BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN",
    "CLIENT CLUSTER CONFIG DEBUG DFLY DFLYCLUSTER DISCARD EXEC FAILOVER FLUSHALL FLUSHDB HELLO KEYS",
    "LATENCY MIGRATE MODULE MONITOR MULTI PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT READONLY READWRITE REPLCONF",
    "REPLICAOF RESET RESTORE-ASKING SAVE SELECT SHUTDOWN SLAVEOF SLOWLOG SSUBSCRIBE SUBSCRIBE",
    "SUNSUBSCRIBE SWAPDB SYNC UNSUBSCRIBE UNWATCH WAIT WAITAOF WATCH",
  ].flatMap((line) => line.split(" ")),
);
const ALLOWED_SUBCOMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  SCRIPT: new Set(["LOAD", "EXISTS"]),
  FUNCTION: new Set(["LIST"]),
  MEMORY: new Set(["USAGE"]),
};
const BLOCK_OPTION = new Set(["XREAD", "XREADGROUP"]);

/** One command from JSON: numbers and booleans are written out, as Upstash does. */
export function parseCommand(value: unknown): Command {
  if (!Array.isArray(value) || value.length === 0) {
    throw new RefusedError(400, "ERR failed to parse command: expected an array of arguments");
  }
  const [name, ...args] = value.map(parseArgument);
  return allowed([String(name).toUpperCase(), ...args]);
}

export function parseCommands(value: unknown): readonly Command[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new RefusedError(400, "ERR failed to parse commands: expected an array of commands");
  }
  return value.map(parseCommand);
}

/** `/set/key/value?EX=10`: the body, then the query, become the last arguments. */
export function commandOfPath(url: URL, body: Uint8Array): Command {
  const [name = "", ...args]: (string | Uint8Array)[] = url.pathname
    .slice(1)
    .split("/")
    .map(decodeSegment);
  if (name === "") throw new RefusedError(400, "ERR empty command");
  if (body.length > 0) args.push(body);
  for (const [option, value] of url.searchParams) {
    if (option === "_token") continue;
    args.push(option);
    if (value !== "") args.push(value);
  }
  return allowed([String(name).toUpperCase(), ...args]);
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(body));
  } catch {
    throw new RefusedError(400, "ERR failed to parse command: the body is not JSON");
  }
}

function parseArgument(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new RefusedError(400, "ERR failed to parse command: an argument is no string or number");
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RefusedError(400, "ERR failed to parse command: the path is not valid");
  }
}

function allowed(command: Command): Command {
  const [name, ...args] = command;
  const subcommands = ALLOWED_SUBCOMMANDS[name];
  const refused =
    DENIED.has(name) ||
    (subcommands !== undefined && !subcommands.has(word(args[0]))) ||
    (BLOCK_OPTION.has(name) && args.some((arg) => word(arg) === "BLOCK"));
  if (refused) throw new RefusedError(400, `ERR Command is not available: '${name}'`);
  return command;
}

const word = (arg: string | Uint8Array | undefined): string => String(arg ?? "").toUpperCase();
