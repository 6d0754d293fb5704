/** How SQLite would find what a statement of ours asks for. */
import { env } from "cloudflare:workers";

/** The plan of the first statement that `work` prepares, a line a step; `values` take the places of its own. */
export async function queryPlan(
  work: (database: D1Database) => Promise<unknown>,
  ...values: readonly (string | number)[]
): Promise<readonly string[]> {
  const asked: string[] = [];
  const database = new Proxy(env.DB, {
    get: (target, name) =>
      name === "prepare"
        ? (sql: string) => {
            asked.push(sql);
            return target.prepare(sql);
          }
        : Reflect.get(target, name),
  });
  await work(database);
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${asked[0]}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}
