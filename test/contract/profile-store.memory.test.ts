import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { NOW_MS } from "../support/profile-builders.ts";
import { profileStoreContract } from "./profile-store.contract.ts";

let nowMs = NOW_MS;

profileStoreContract(
  "memory",
  () =>
    new MemoryProfileStore(() => {
      nowMs += 1;
      return nowMs;
    }),
);
