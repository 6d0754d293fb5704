import { describe, it } from "vitest";
import { refusalOf } from "../../src/access/access-rules.ts";
import { type Identity, NOBODY, OPEN_ANONYMOUS } from "../../src/access/identity.ts";
import type { Role } from "../../src/domain/roles.ts";
import { ALICE } from "../support/access-builders.ts";

const caller = (...roles: Role[]): Identity => ({ kind: "token", roles, name: "token" });
const forAlice = (...roles: Role[]): Identity => ({ ...caller(...roles), user: ALICE });
const openDeployment = false;

describe("who may pass", () => {
  it("lets a reader for one user read that user and nobody else", ({ expect }) => {
    const identity = forAlice("reader");
    expect(refusalOf("reader", { identity, user: "alice", openDeployment })).toBeUndefined();
    expect(refusalOf("reader", { identity, user: "bob", openDeployment })).toBe("user");
    expect(refusalOf("reader", { identity, openDeployment })).toBeUndefined();
  });

  it("lets a reader write for its own user only, and for none when it names none", ({ expect }) => {
    const alice = { identity: forAlice("reader"), openDeployment };
    expect(refusalOf("user", { ...alice, user: "alice" })).toBeUndefined();
    expect(refusalOf("user", { ...alice, user: "bob" })).toBe("user");
    expect(refusalOf("user", { identity: caller("reader"), user: "alice", openDeployment })).toBe(
      "role",
    );
  });

  it("does not hold a service to the user that it names", ({ expect }) => {
    const identity = forAlice("reader", "service");
    expect(refusalOf("reader", { identity, user: "bob", openDeployment })).toBeUndefined();
    expect(refusalOf("user", { identity, user: "bob", openDeployment })).toBeUndefined();
  });

  it("still holds a reader to its user when its other role does not admit it", ({ expect }) => {
    const identity = forAlice("reader", "trainer");
    expect(refusalOf("reader", { identity, user: "bob", openDeployment })).toBe("user");
    expect(refusalOf("trainer", { identity, openDeployment })).toBeUndefined();
  });

  it("gives somebody without roles nothing but what is public", ({ expect }) => {
    const situation = { identity: caller(), user: "alice", openDeployment };
    expect(refusalOf("public", situation)).toBeUndefined();
    expect(refusalOf("reader", situation)).toBe("role");
    expect(refusalOf("user", situation)).toBe("role");
  });

  it("asks an anonymous caller for a credential, also where feeds are open", ({ expect }) => {
    expect(refusalOf("reader", { identity: NOBODY, openDeployment })).toBe("unauthenticated");
    const open = { identity: OPEN_ANONYMOUS, openDeployment: true };
    expect(refusalOf("reader", open)).toBeUndefined();
    expect(refusalOf("admin", open)).toBe("unauthenticated");
    expect(refusalOf("trainer", open)).toBe("unauthenticated");
  });

  it("lists tenants to the operator alone, unless the deployment is a demo", ({ expect }) => {
    expect(refusalOf("census", { identity: caller("admin"), openDeployment })).toBe("role");
    expect(refusalOf("census", { identity: caller("operator"), openDeployment })).toBeUndefined();
    expect(refusalOf("census", { identity: NOBODY, openDeployment: true })).toBeUndefined();
  });
});
