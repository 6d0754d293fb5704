/** The admin key: `Authorization: Bearer …` or `X-Admin-Key`. Compared by digest, in constant time. */
import { createMiddleware } from "hono/factory";
import { FailureError } from "../domain/failure.ts";
import type { AppEnv } from "./context.ts";

const BEARER = /^Bearer\s+(\S+)$/i;

async function sameText(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [left, right] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))),
  );
  return left !== undefined && right !== undefined && crypto.subtle.timingSafeEqual(left, right);
}

export const adminAuth = createMiddleware<AppEnv>(async function adminAuth(c, next) {
  const { adminKey } = c.get("call").services.settings;
  if (adminKey === undefined) {
    throw new FailureError("ADMIN_DISABLED", "This deployment has no ADMIN_KEY.");
  }
  const offered =
    BEARER.exec(c.req.header("Authorization") ?? "")?.[1] ?? c.req.header("X-Admin-Key");
  if (offered === undefined || !(await sameText(offered, adminKey))) {
    throw new FailureError("UNAUTHENTICATED", "The admin key is missing or wrong.");
  }
  await next();
});
