/** Replies as the JSON of the Upstash REST protocol. */

import { failed, type Reply } from "./redis-link.ts";

export type Encoding = "utf8" | "base64";

const ENCODED_OK = "T0s=";

/** `{result}` or `{error}`. A bare OK is never encoded, one inside an array always is. */
export function replyJson(reply: Reply, encoding: Encoding): object {
  if (failed(reply)) return reply;
  const value = valueJson(reply, encoding);
  return { result: encoding === "base64" && value === ENCODED_OK ? "OK" : value };
}

function valueJson(reply: Reply, encoding: Encoding): unknown {
  if (reply === null || typeof reply === "number") return reply;
  if (reply instanceof Uint8Array) return textOf(reply, encoding);
  return failed(reply) ? reply.error : reply.map((item) => valueJson(item, encoding));
}

/** A view, not a copy: a slice of a pool is a megabyte. */
const textOf = (bytes: Uint8Array, encoding: Encoding): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
