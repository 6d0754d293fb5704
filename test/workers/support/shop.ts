/** A tenant of gifts, what was counted of them, and its lists. */
import { env } from "cloudflare:workers";
import { DAY_MS, dayOf } from "../../../src/domain/epoch-time.ts";
import { anId, askAdmin, postJson, putJson } from "./app.ts";

export interface List {
  readonly items: readonly string[];
  readonly pagination: {
    readonly page: number;
    readonly total_count: number;
    readonly has_next: boolean;
  };
  readonly algorithm_used: string;
  readonly cache_hit: boolean;
  readonly audience: string | null;
  readonly degraded_reason: string | null;
  readonly version: number | null;
}

export interface Gift {
  readonly id: string;
  readonly [field: string]: unknown;
}

export const gift = (index: number, more: Record<string, unknown> = {}): Gift => ({
  id: `gift-${index}`,
  category: index % 2 === 0 ? "books" : "toys",
  price: index,
  geo_id: 1,
  popularity: 1_000 - index,
  ...more,
});

export async function aShop(gifts: readonly Gift[]): Promise<string> {
  const tenant = anId("shop");
  await putJson(`/t/${tenant}/admin/tenant`, { name: "Shop" });
  await importGifts(tenant, gifts);
  return tenant;
}

export async function importGifts(tenant: string, gifts: readonly Gift[]): Promise<void> {
  const answer = await askAdmin(`/t/${tenant}/admin/items`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: gifts.map((each) => JSON.stringify(each)).join("\n"),
  });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
}

export interface Counted {
  readonly item: string;
  readonly type?: string;
  readonly count?: number;
  readonly sum?: number;
  readonly daysAgo?: number;
  readonly gender?: string;
}

export const count = (tenant: string, rows: readonly Counted[]) =>
  env.DB.prepare(
    `INSERT INTO item_days (tenant, item, day, country, gender, age, type, count, sum)
     SELECT ?1, value ->> 0, value ->> 1, '', value ->> 2, '', value ->> 3, value ->> 4, value ->> 5
     FROM json_each(?2)`,
  )
    .bind(
      tenant,
      JSON.stringify(
        rows.map(({ item, type = "like", count: many = 1, sum = 0, daysAgo = 0, gender = "" }) => [
          item,
          dayOf(Date.now() - daysAgo * DAY_MS),
          gender,
          type,
          many,
          sum,
        ]),
      ),
    )
    .run();

export const popular = async (
  tenant: string,
  body: Record<string, unknown> = {},
): Promise<List> => {
  const answer = await postJson(`/t/${tenant}/popular`, { user_params: { geo_id: 1 }, ...body });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

export const personal = async (tenant: string, user: string): Promise<List> => {
  const answer = await postJson(`/t/${tenant}/personalized`, { user_id: user, geo_id: 1 });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

export const like = async (tenant: string, user: string, item: string): Promise<void> => {
  const body = { video_id: item, feedback_type: "like" };
  const answer = await postJson(`/t/${tenant}/api/v1/video/feedback/${user}`, body);
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
};
