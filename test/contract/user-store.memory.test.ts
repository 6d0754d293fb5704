import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { userStoreContract } from "./user-store.contract.ts";

userStoreContract("memory", () => new MemoryUserStore());
