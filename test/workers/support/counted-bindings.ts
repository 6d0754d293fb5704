/** What is asked of stores, by who is given these bindings. */
import { env } from "cloudflare:workers";
import type { Bindings } from "../../../src/env.ts";

/** Bindings of an isolate that remembers nothing, and what was asked of stores through them. */
export function countedBindings() {
  const asked: string[] = [];
  const watched = <Store extends object>(store: Store, names: readonly string[]): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (names.includes(String(name))) {
          return (...given: unknown[]) => {
            asked.push(String(name));
            return Reflect.apply(value, target, given) as unknown;
          };
        }
        return value.bind(target) as unknown;
      },
    });
  const bindings = env as unknown as Bindings;
  return {
    asked,
    bindings: {
      ...bindings,
      DB: countedDatabase(bindings.DB, asked),
      REPLICAS: watched(bindings.REPLICAS, ["get", "getWithMetadata"]),
      ARTEFACTS: watched(bindings.ARTEFACTS, ["get", "head", "list"]),
      PROFILES_DO: watched(bindings.PROFILES_DO, ["get", "getByName"]),
      LIMITS_DO: watched(bindings.LIMITS_DO, ["get", "getByName"]),
    } as Bindings,
  };
}

/** A batch is one round trip, and so is a statement that is run alone. */
function countedDatabase(database: D1Database, asked: string[]): D1Database {
  const plain = new WeakMap<object, D1PreparedStatement>();
  const statement = (target: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = new Proxy(target, {
      get: (own, name) => {
        const value: unknown = Reflect.get(own, name);
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          if (name !== "bind") asked.push(sql);
          const result: unknown = Reflect.apply(value, own, given);
          return name === "bind" ? statement(result as D1PreparedStatement, sql) : result;
        };
      },
    });
    plain.set(proxy, target);
    return proxy;
  };
  return new Proxy(database, {
    get: (target, name) => {
      if (name === "prepare") return (sql: string) => statement(target.prepare(sql), sql);
      if (name !== "batch") return Reflect.get(target, name);
      return (statements: D1PreparedStatement[]) => {
        asked.push("batch");
        return target.batch(statements.map((each) => plain.get(each) ?? each));
      };
    },
  });
}
