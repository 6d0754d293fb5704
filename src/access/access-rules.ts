/** What each kind of route asks of its caller: explicit lists, so that no role implies another in secret. */
import type { UserId } from "../domain/ids.ts";
import type { Role } from "../domain/roles.ts";
import type { Identity } from "./identity.ts";

interface AccessRule {
  readonly admits: readonly Role[];
  readonly says: string;
}

export const ACCESS_RULES = {
  public: { admits: [], says: "anybody" },
  census: {
    admits: ["operator"],
    says: "anybody where DEFAULT_AUTH is open; otherwise the operator, as it lists customers",
  },
  reader: {
    admits: ["reader", "service", "admin", "operator"],
    says: "reads of a feed; a reader whose identity names a user reads only that user's",
  },
  user: {
    admits: ["service", "admin", "operator"],
    says: "writes for a user; a reader whose identity names that user may do so too",
  },
  service: { admits: ["service", "admin", "operator"], says: "what is not one user's" },
  trainer: { admits: ["trainer", "admin", "operator"], says: "jobs and models" },
  admin: { admits: ["admin", "operator"], says: "running a tenant" },
  operator: { admits: ["operator"], says: "running the deployment" },
} as const satisfies Record<string, AccessRule>;

export type Access = keyof typeof ACCESS_RULES;
export const ACCESSES = Object.keys(ACCESS_RULES) as readonly Access[];

export type Refusal = "unauthenticated" | "role" | "user";

interface Situation {
  readonly identity: Identity;
  /** The user that the request names; undefined when it names none. */
  readonly user?: UserId | string | undefined;
  readonly openDeployment: boolean;
}

/** Why this caller may not pass; undefined when it may. */
export function refusalOf(
  access: Access,
  { identity, user, openDeployment }: Situation,
): Refusal | undefined {
  if (access === "public") return undefined;
  if (access === "census" && openDeployment) return undefined;
  const { roles } = identity;
  const { admits }: AccessRule = ACCESS_RULES[access];
  const admitting = roles.filter((role) => admits.includes(role));
  if (admitting.some((role) => role !== "reader")) return undefined;
  const ownUser = identity.user !== undefined && (user === undefined || user === identity.user);
  if (admitting.length > 0) {
    return identity.user === undefined || ownUser ? undefined : "user";
  }
  if (access === "user" && roles.includes("reader")) {
    if (ownUser) return undefined;
    return identity.user === undefined ? "role" : "user";
  }
  return identity.kind === "anonymous" ? "unauthenticated" : "role";
}
