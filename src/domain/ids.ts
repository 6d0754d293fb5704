/**
 * Identities. Branded, so that a `UserId` cannot be passed where an `ItemId` is meant.
 * All three travel in paths, cache keys and Redis keys, so the alphabet is closed: no slash, space,
 * brace (the Redis hash tag) or control character.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<"TenantId">;
export type UserId = Branded<"UserId">;
export type ItemId = Branded<"ItemId">;

/** A DNS label: tenants appear as path segments and as Durable Object names. */
export const TENANT_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** Covers UUIDs, e-mail addresses, hashed ids (`sha256:…`), principals and YouTube ids. */
export const USER_ID_PATTERN = /^[A-Za-z0-9._~:@|+=-]{1,128}$/;
export const ITEM_ID_PATTERN = /^[A-Za-z0-9._~:@|+=-]{1,128}$/;

export const parseTenantId = (text: string): TenantId | undefined =>
  TENANT_ID_PATTERN.test(text) ? (text as TenantId) : undefined;
export const parseUserId = (text: string): UserId | undefined =>
  USER_ID_PATTERN.test(text) ? (text as UserId) : undefined;
export const parseItemId = (text: string): ItemId | undefined =>
  ITEM_ID_PATTERN.test(text) ? (text as ItemId) : undefined;
