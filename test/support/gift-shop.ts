/** One isolate with a shop of gifts, its users and what they say, and stores that can be away. */
import { LayeredCache } from "../../src/cache/layered-cache.ts";
import { FailureError } from "../../src/domain/failure.ts";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import { GIFT_WINDOWS, type GiftAnswer, GiftAnswers } from "../../src/gifts/gift-answers.ts";
import type { GiftInputs } from "../../src/gifts/gift-inputs.ts";
import { snapshotCodec } from "../../src/gifts/snapshot-codec.ts";
import { SNAPSHOT_WINDOWS, SnapshotShelf } from "../../src/gifts/snapshot-shelf.ts";
import { Counters } from "../../src/observability/counters.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { MemorySimilarItems } from "../../src/similar/memory-similar-items.ts";
import {
  aCount,
  aGift,
  aGiftCall,
  aSnapshot,
  GIFT_TENANT,
  giftId,
  type GiftMetadata,
  GIFTS_NOW_MS,
} from "./gift-fixture.ts";
import { MemorySnapshotStore, NO_TALLY } from "./memory-snapshot-store.ts";

const USER = "ann" as UserId;
const KEY = { tenant: GIFT_TENANT, user: USER };
export const outage = (code: "COPIES_UNAVAILABLE" | "PROFILES_UNAVAILABLE") =>
  new FailureError(code, "It did not answer.");

interface Body {
  readonly items: readonly ItemId[];
  readonly pagination: {
    readonly total_count: number;
    readonly total_pages: number;
    readonly has_next: boolean;
    readonly has_previous: boolean;
  };
  readonly algorithm_used: string;
  readonly cache_hit: boolean;
  readonly degraded_reason: string | null;
  readonly version: number | null;
}

export const bodyOf = ({ bytes }: GiftAnswer) =>
  JSON.parse(new TextDecoder().decode(bytes)) as Body;

/** One isolate with a shop of 60 gifts of three categories; the first are the most popular. */
export async function aShop(say: (index: number) => GiftMetadata = () => ({})) {
  const time = { nowMs: GIFTS_NOW_MS };
  const store = new MemorySnapshotStore();
  const profileStore = new MemoryProfileStore(() => time.nowMs);
  const profiles = new BelievedProfiles({
    store: {
      ...bound(profileStore),
      open: (...asked) =>
        away.profiles === undefined ? profileStore.open(...asked) : Promise.reject(away.profiles),
    },
    holder: "here",
    pause: () => Promise.resolve(),
  });
  const away: { profiles?: FailureError; similar?: FailureError } = {};
  const similar = new MemorySimilarItems();
  const counters = new Counters();
  const memory = { entries: 1_000, bytes: 50_000_000 };
  const prepared = { times: 0 };
  const told: { user: string; items: readonly string[]; model: string }[] = [];
  const answers = new GiftAnswers({
    cache: new LayeredCache<Uint8Array>({
      name: "gifts",
      tiers: [],
      codec: { encode: (b) => b, decode: (b) => b, sizeBytes: (b) => b.byteLength },
      windows: GIFT_WINDOWS,
      memory,
      counters,
    }),
    shelf: new SnapshotShelf(
      new LayeredCache({
        name: "snapshots",
        tiers: [],
        codec: snapshotCodec,
        windows: SNAPSHOT_WINDOWS,
        memory,
        counters,
      }),
      store,
    ),
    profiles,
    similar: {
      prepare: () => void (prepared.times += 1),
      neighboursOf: (tenant, items) => {
        if (away.similar !== undefined) throw away.similar;
        return similar.neighboursOf(tenant, items);
      },
      byUsersLike: (tenant, user) => similar.byUsersLike(tenant, user),
    },
    personalised: ({ config }) => !config.kill_switch,
    onMade: ({ key }, items, model) => void told.push({ user: key.user, items, model }),
  });
  const gifts = Array.from({ length: 60 }, (_, index) =>
    aGift(giftId(index), {
      category: ["books", "toys", "beauty"][index % 3],
      price: index,
      ...say(index),
    }),
  );
  const counts = gifts.map(({ id }, index) => aCount(id, { count: 100 - index }));
  const publish = (version: number, items = gifts) =>
    store.publish(GIFT_TENANT, aSnapshot(items, counts, version), NO_TALLY);
  await publish(time.nowMs);
  const ask = async (inputs: GiftInputs, config: Record<string, unknown> = {}) =>
    answers.answer(aGiftCall(config, { nowMs: time.nowMs }), inputs);
  const like = (index: number, type: "like" | "dislike" = "like") =>
    profiles.apply(KEY, {
      kind: "feedback",
      feedback: { video: giftId(index), type, atMs: time.nowMs },
    });
  type Together = readonly { readonly item: ItemId; readonly weight: number }[];
  const together = (of: ItemId, found: Together, byUsers: Together = []) =>
    similar.tenants.set(GIFT_TENANT, {
      neighbours: new Map([[of, found]]),
      byUser: new Map([[USER, byUsers]]),
    });
  return { answers, ask, away, gifts, like, publish, store, time, together, told, prepared };
}

function bound(store: MemoryProfileStore) {
  return {
    apply: store.apply.bind(store),
    noteShown: store.noteShown.bind(store),
    beginWarmUp: store.beginWarmUp.bind(store),
    endWarmUp: store.endWarmUp.bind(store),
    forget: store.forget.bind(store),
  };
}

/** What runs behind an answer is done. */
export const behind = () => new Promise((resolve) => setImmediate(resolve));

/** All pages of a list. */
export async function everyPage(
  ask: (inputs: GiftInputs) => Promise<GiftAnswer>,
  inputs: GiftInputs,
): Promise<readonly Body[]> {
  const pages: Body[] = [];
  for (let page = 1; page <= 100; page += 1) {
    const body = bodyOf(await ask({ ...inputs, page }));
    pages.push(body);
    if (!body.pagination.has_next) return pages;
  }
  throw new Error("no last page");
}
