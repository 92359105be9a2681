import type { Knex } from 'knex';
import { z } from 'zod';
import { FRAME_RATES } from '../../schedule/frame-rate.ts';
import { type Rational, valueOf } from '../../shared/rational.ts';
import { jsonText } from '../../shared/json-text.ts';
import { BATCH_ROWS } from '../batches.ts';

const kept = z.looseObject({
  framesPerSecond: z.number().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  displayAspect: z.number().positive(),
  interlaced: z.boolean(),
});
const factsRow = z.object({ rowid: z.number(), facts: jsonText });

/**
 * What was found in files is kept as exact fractions, and with the order of fields. Those of earlier looks are worked out
 * from what was kept; of the order nobody knows more than whether there are fields, so that these files are looked into
 * again before they are aired.
 */
export async function migrateFacts(knex: Knex): Promise<void> {
  await knex.raw('alter table items add column facts_stale boolean not null default false');
  for (let after = 0; ;) {
    const found: unknown = await knex('items')
      .where('rowid', '>', after)
      .whereRaw('json_valid(facts)')
      .orderBy('rowid')
      .limit(BATCH_ROWS)
      .select('rowid', 'facts');
    const rows = z.array(factsRow).parse(found);
    const last = rows.at(-1);
    if (last === undefined) return;
    const changed = rows.map(({ rowid, facts }) => [rowid, exactText(facts)]);
    await knex.raw(
      `update items set facts = j.value ->> 1, facts_stale = true from json_each(?) j where items.rowid = j.value ->> 0`,
      [JSON.stringify(changed)],
    );
    after = last.rowid;
  }
}

/** Null for what cannot be read: its file is looked into as if nobody had. */
function exactText(facts: unknown): string | null {
  const parsed = kept.safeParse(facts);
  if (!parsed.success) return null;
  const { framesPerSecond, displayAspect, interlaced, ...same } = parsed.data;
  const { width, height } = same;
  const upright = fractionOf((displayAspect * height) / width);
  const turned = fractionOf(height / width / displayAspect);
  return JSON.stringify({
    ...same,
    frameRate: FRAME_RATES.find((rate) => valueOf(rate) === framesPerSecond) ?? fractionOf(framesPerSecond),
    variableFrameRate: false,
    // Square samples of a picture that is shown on its side.
    sampleAspect: turned.num === turned.den ? turned : upright,
    displayAspect: fractionOf(displayAspect),
    fieldOrder: interlaced ? 'tt' : 'progressive',
  });
}

/** The simplest fraction that is as good as equal to a number, by its continued fraction. */
function fractionOf(value: number): Rational {
  let [num, den, numBefore, denBefore] = [1, 0, 0, 1];
  for (let rest = value, step = 0; step < 20; step++) {
    const whole = Math.floor(rest + 1e-9);
    [num, den, numBefore, denBefore] = [whole * num + numBefore, whole * den + denBefore, num, den];
    if (Math.abs(num / den / value - 1) < 1e-9 || rest - whole < 1e-9) break;
    rest = 1 / (rest - whole);
  }
  return { num, den };
}
