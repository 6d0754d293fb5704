/**
 * A Durable Object that holds one user's profile. Every call reads memory alone; what it changed is stored in one or
 * two rows before it is answered. Of a user whom nothing is known of, nothing stays.
 */
import { DurableObject } from "cloudflare:workers";
import type { Bindings } from "../env.ts";
import type { ProfileKeeper } from "../profiles/durable-profile-store.ts";
import type { ShownVideo } from "../profiles/profile.ts";
import { type DeskRows, ProfileDesk } from "../profiles/profile-desk.ts";
import type {
  AppliedChange,
  OpenedProfile,
  OpenRequest,
  ProfileChange,
  Revised,
  WarmUpLease,
} from "../profiles/profile-store.ts";
import type { UserKey } from "../users/user-store.ts";

const ROWS = ["profile", "desk"] as const satisfies readonly (keyof DeskRows)[];

export class ProfileObject
  extends DurableObject<Pick<Bindings, "WARM_UPS">>
  implements ProfileKeeper
{
  #desk: ProfileDesk;
  /** When the object will be woken; null: never. Undefined until storage was asked. */
  #wakeAtMs: number | null | undefined;

  constructor(state: DurableObjectState, env: Pick<Bindings, "WARM_UPS">) {
    super(state, env);
    const { kv } = state.storage;
    const rows = { profile: kv.get<string>("profile"), desk: kv.get<string>("desk") };
    this.#desk = new ProfileDesk(rows, Date.now());
  }

  open(key: UserKey, request: OpenRequest): Promise<OpenedProfile> {
    return this.#kept(this.#desk.open(key, request, Date.now()));
  }

  apply(
    key: UserKey,
    holder: string,
    change: ProfileChange,
    idleDays?: OpenRequest["idleDays"],
  ): Promise<AppliedChange> {
    return this.#kept(this.#desk.apply(key, holder, change, Date.now(), idleDays));
  }

  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised> {
    return this.#kept(this.#desk.noteShown(key, videos, Date.now()));
  }

  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease> {
    return this.#kept(this.#desk.beginWarmUp(key, owner, Date.now()));
  }

  endWarmUp(fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    return this.#kept(this.#desk.endWarmUp(fencing, outcome, Date.now()));
  }

  async forget(): Promise<void> {
    this.#desk.forget();
    await this.#kept(undefined);
  }

  rows(): DeskRows {
    const { kv } = this.ctx.storage;
    return { profile: kv.get<string>("profile"), desk: kv.get<string>("desk") };
  }

  async restore(key: UserKey, record: string): Promise<boolean> {
    const { kv } = this.ctx.storage;
    if (kv.get<string>("profile") !== undefined) return false;
    kv.put("profile", record);
    this.#desk = new ProfileDesk({ profile: record, desk: kv.get<string>("desk") }, Date.now());
    // A use, so that it is swept like any other.
    await this.open(key, { holder: "restore" });
    return true;
  }

  override async alarm(): Promise<void> {
    this.#wakeAtMs = null;
    const nowMs = Date.now();
    const due = this.#desk.ring(nowMs);
    // When the queue does not take it, the runtime repeats the alarm, and nothing has changed.
    if (due !== undefined) await this.env.WARM_UPS.send(due);
    this.#desk.rung(nowMs);
    await this.#kept(undefined);
  }

  /** Stores what the step changed; the answer waits for it. */
  async #kept<Result>(result: Result): Promise<Result> {
    const { storage } = this.ctx;
    const rows = this.#desk.changedRows();
    if (this.#desk.isEmpty()) {
      if (Object.keys(rows).length > 0) {
        await storage.deleteAll();
        await storage.deleteAlarm();
        this.#wakeAtMs = null;
      }
      return result;
    }
    for (const name of ROWS) {
      const row = rows[name];
      if (row !== undefined) storage.kv.put(name, row);
      else if (name in rows) storage.kv.delete(name);
    }
    await this.#wake();
    return result;
  }

  /** An alarm that comes too early is cheaper than moving it with every visit. */
  async #wake(): Promise<void> {
    const wantedMs = this.#desk.wakeAtMs();
    if (wantedMs === undefined) return;
    const { storage } = this.ctx;
    if (this.#wakeAtMs === undefined) this.#wakeAtMs = await storage.getAlarm();
    if (this.#wakeAtMs !== null && this.#wakeAtMs <= wantedMs) return;
    this.#wakeAtMs = wantedMs;
    await storage.setAlarm(wantedMs);
  }
}
