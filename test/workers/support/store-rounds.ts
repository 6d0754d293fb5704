/** Round trips to stores: calls that wait for nothing of one another are one round, however many they are. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Bindings } from "../../../src/env.ts";
import worker from "../../../src/index.ts";

export interface AnswerInRounds<Body> {
  readonly body: Body;
  /** What was asked of stores in each round that the answer waited for. */
  readonly rounds: readonly (readonly string[])[];
}

type Names = readonly string[];

const STATEMENT: Names = ["all", "first", "raw", "run"];
const STORES: Readonly<Record<string, Names>> = {
  REPLICAS: ["get", "getWithMetadata", "list"],
  ARTEFACTS: ["get", "head", "list"],
  EVENT_LOG: ["get", "head", "list"],
};
/** So long without a call, and those that wait are all of their round. */
const QUIET_MS = 60;

/** Asks an isolate that remembers nothing. */
export async function askInRounds<Body>(
  path: string,
  json: unknown,
): Promise<AnswerInRounds<Body>> {
  const gate = new Gate();
  const context = createExecutionContext();
  const body = JSON.stringify(json);
  const request = new Request(`https://nearfeed.test${path}`, { method: "POST", body });
  const answer = worker.fetch(request, gatedBindings(gate), context);
  const answered = Promise.resolve(answer).finally(() => gate.open());
  const rounds = await gate.rounds();
  const read = await (await answered).json<Body>();
  await waitOnExecutionContext(context);
  return { body: read, rounds };
}

/** Holds calls back until no more of them come, and lets them go together. */
class Gate {
  readonly #rounds: Names[] = [];
  #held: { readonly name: string; readonly go: () => void }[] = [];
  #isOpen = false;

  async pass(name: string): Promise<void> {
    if (this.#isOpen) return;
    await new Promise<void>((go) => this.#held.push({ name, go }));
  }

  /** What waits from here on is of no concern to the answer. */
  open(): void {
    this.#isOpen = true;
    for (const { go } of this.#held.splice(0)) go();
  }

  async rounds(): Promise<readonly Names[]> {
    let seen = 0;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      if (this.#isOpen) return this.#rounds;
      if (this.#held.length > 0 && this.#held.length === seen) {
        const round = this.#held;
        this.#held = [];
        this.#rounds.push(round.map(({ name }) => name));
        for (const { go } of round) go();
      }
      seen = this.#held.length;
    }
  }
}

function gatedBindings(gate: Gate): Bindings {
  const bindings: Record<string, unknown> = { ...env, DB: gatedDatabase(env.DB, gate) };
  for (const [name, methods] of Object.entries(STORES)) {
    const store = bindings[name] as object;
    bindings[name] = gated(
      store,
      (method) => (methods.includes(method) ? `${name}.${method}` : undefined),
      gate,
    );
  }
  for (const name of Object.keys(bindings).filter((each) => each.endsWith("_DO"))) {
    const namespace = bindings[name] as DurableObjectNamespace;
    bindings[name] = new Proxy(namespace, {
      get: (target, property) =>
        property === "get"
          ? (id: DurableObjectId) => gated(target.get(id), (method) => `${name}.${method}`, gate)
          : bound(target, property),
    });
  }
  return bindings as unknown as Bindings;
}

/** A batch is one call, and so is a statement that is run alone. */
function gatedDatabase(database: D1Database, gate: Gate): D1Database {
  const plain = new WeakMap<object, D1PreparedStatement>();
  const statement = (target: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = new Proxy(target, {
      get: (own, property) => {
        if (property === "bind") {
          return (...given: unknown[]) => statement(own.bind(...given), sql);
        }
        if (!STATEMENT.includes(String(property))) return bound(own, property);
        return called(own, property, `DB ${sql}`, gate);
      },
    });
    plain.set(proxy, target);
    return proxy;
  };
  return new Proxy(database, {
    get: (target, property) => {
      if (property === "prepare") return (sql: string) => statement(target.prepare(sql), sql);
      if (property !== "batch") return bound(target, property);
      return async (statements: D1PreparedStatement[]) => {
        await gate.pass("DB batch");
        return target.batch(statements.map((each) => plain.get(each) ?? each));
      };
    },
  });
}

/** Methods that `nameOf` names wait at the gate. */
const gated = <Store extends object>(
  store: Store,
  nameOf: (method: string) => string | undefined,
  gate: Gate,
): Store =>
  new Proxy(store, {
    get: (target, property) => {
      const name = typeof property === "string" ? nameOf(property) : undefined;
      return name === undefined ? bound(target, property) : called(target, property, name, gate);
    },
  });

const called =
  (target: object, property: string | symbol, name: string, gate: Gate) =>
  async (...given: unknown[]): Promise<unknown> => {
    await gate.pass(name);
    const method = Reflect.get(target, property) as (...given: unknown[]) => unknown;
    return Reflect.apply(method, target, given);
  };

function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}
