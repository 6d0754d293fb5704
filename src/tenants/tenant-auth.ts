/** How a tenant's callers prove who they are. Secrets are never in the record: it names them. */
import * as z from "zod";

/** Asymmetric algorithms come with a JWKS, HS256 to HS512 with a secret. `none` is not in the list. */
const JWT_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
] as const;

/** Of this machine, for demos: a deployment that is none refuses it when it asks. */
const LOCAL_HOSTS = ["127.0.0.1", "localhost"];

/** A record is read by every admin and kept in its history: nothing secret may stand in an address. */
function isOpenToAll(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || LOCAL_HOSTS.includes(url.hostname);
}

const jwtSchema = z
  .strictObject({
    issuer: z.string().min(1).max(512).describe("`iss` of every token."),
    audience: z.string().min(1).max(512).describe("Among `aud` of every token."),
    algorithms: z
      .array(z.enum(JWT_ALGORITHMS))
      .min(1)
      .max(JWT_ALGORITHMS.length)
      .describe("The only ones that are accepted."),
    jwks_url: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .refine(isOpenToAll, "must be https, without a user name and password")
      .optional()
      .describe("Where the issuer publishes its public keys."),
    secret_name: z
      .string()
      .regex(/^JWT_SECRET_[A-Z0-9_]{1,64}$/, "must be JWT_SECRET_ and a name")
      .optional()
      .describe("Name of a secret of the Worker: `JWT_SECRET_…`. Secrets are never in the record."),
    clock_skew_seconds: z
      .number()
      .int()
      .min(0)
      .max(300)
      .default(30)
      .describe("By how much clocks may differ."),
    user_claim: z
      .string()
      .min(1)
      .max(64)
      .default("sub")
      .describe(
        "The claim that names the user; a token without it acts for no user in particular.",
      ),
    roles_claim: z
      .string()
      .min(1)
      .max(64)
      .default("roles")
      .describe("The claim that lists roles; a token without it is a reader."),
  })
  .superRefine(({ algorithms, jwks_url: jwks, secret_name: secret }, context) => {
    if ((jwks === undefined) === (secret === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["jwks_url"],
        message: "exactly one of jwks_url and secret_name is needed",
      });
      return;
    }
    const symmetric = secret !== undefined;
    for (const [index, algorithm] of algorithms.entries()) {
      if (algorithm.startsWith("HS") === symmetric) continue;
      const message = symmetric
        ? "needs a jwks_url, not a secret"
        : "needs a secret_name, not a JWKS";
      context.addIssue({ code: "custom", path: ["algorithms", index], message });
    }
  });

/**
 * `deployment`: whatever the deployment's DEFAULT_AUTH says. `open`: anybody, for demos, and only where the
 * deployment allows it. `keys`: API keys. `jwt`: tokens of an issuer, or API keys.
 */
export const authSchema = z
  .discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("deployment") }),
    z.strictObject({ mode: z.literal("open") }),
    z.strictObject({ mode: z.literal("keys") }),
    z.strictObject({ mode: z.literal("jwt"), jwt: jwtSchema }),
  ])
  .default({ mode: "deployment" });

export type TenantAuth = z.output<typeof authSchema>;
export type JwtAuth = z.output<typeof jwtSchema>;
