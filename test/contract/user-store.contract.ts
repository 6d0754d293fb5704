/**
 * What every UserStore promises. Each test owns a random tenant; time is an argument; nothing here needs
 * Node, so that the suite runs in workerd too.
 */
import { describe } from "vitest";

import type { UserStore } from "../../src/users/user-store.ts";
import { refillsAtOnceContract } from "./refills-at-once.contract.ts";
import { leaseContract } from "./user-lease.contract.ts";
import { peekContract } from "./user-peek.contract.ts";
import { refillContract } from "./user-refill.contract.ts";
import { takeContract } from "./user-take.contract.ts";
import { watchedContract } from "./user-watched.contract.ts";

export type MakeStore = () => UserStore | Promise<UserStore>;

export function userStoreContract(name: string, makeStore: MakeStore): void {
  describe(`user store: ${name}`, () => {
    describe("take", () => {
      takeContract(makeStore);
    });
    describe("refill", () => {
      refillContract(makeStore);
    });
    describe("refills at once", () => {
      refillsAtOnceContract(makeStore);
    });
    describe("lease", () => {
      leaseContract(makeStore);
    });
    describe("peek", () => {
      peekContract(makeStore);
    });
    describe("mark, stats and forget", () => {
      watchedContract(makeStore);
    });
  });
}
