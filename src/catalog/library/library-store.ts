import type { Knex } from 'knex';
import { z } from 'zod';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { Collection } from '../../library/library-item.ts';
import { adoptItems } from './adopt-items.ts';
import { BATCH_ROWS, inBatches } from '../batches.ts';
import type { Content } from '../channels/channel.ts';
import type { StatesOf } from './choose-files.ts';
import { replaceCollections } from './collections.ts';
import type { Database } from '../database.ts';
import { labelNew } from './item-labels.ts';
import type { ItemWithFiles } from './item-rows.ts';
import { type KnownItem, knownItems, writeItems } from './item-writer.ts';
import { placeItems } from './place-items.ts';
import { type SourceState, sourceRow, type SyncReport } from './source-state.ts';

const membershipRow = z.object({ libraryId: z.string(), library: z.string(), isPart: z.coerce.boolean() });
const fileRow = z.object({
  ...{ rowid: z.number(), path: z.string(), size_bytes: z.number(), modified_ms: z.number() },
  missing: z.coerce.boolean(),
});
const contentRow = z.object({ kind: z.enum(['film', 'episode']), show: z.string().nullable() });

/** What a sync writes: the libraries as their sources have them now. */
export class LibraryStore {
  readonly #knex: Knex;
  readonly #reader: Knex;

  constructor({ knex, reader }: Pick<Database, 'knex' | 'reader'>) {
    this.#knex = knex;
    this.#reader = reader;
  }

  /** What is known of items that are not just being taken in; nobody who writes is waited for. */
  known(libraryIds: readonly string[]): Promise<Map<string, KnownItem>> {
    return knownItems(this.#reader, libraryIds);
  }

  /**
   * Takes items in, in one go, after those that are being taken in already; gives how many of them were new or had changed.
   * The new ones have no labels yet.
   */
  takeIn(items: readonly ItemWithFiles[], known: ReadonlyMap<string, KnownItem>): Promise<number> {
    return writeItems(this.#knex, items, known);
  }

  /** Labels what is new in a source. */
  labelNew(source: string): Promise<void> {
    return labelNew(this.#knex, source);
  }

  /** The ids in the library of all that a source is known to have, parts too. */
  async idsOf(source: string): Promise<Set<string>> {
    const rows: unknown = await this.#knex('items').where({ source }).whereNull('gone_ms').select('library_id');
    return new Set(
      z
        .array(z.object({ library_id: z.string() }))
        .parse(rows)
        .map((row) => row.library_id),
    );
  }

  /** Finds items again that have got another id in their library; gives the former ids. */
  adopt(source: string, unseen: readonly string[]): Promise<Set<string>> {
    return adoptItems(this.#knex, source, unseen);
  }

  /** Puts what is new into its place in the order; gives what has changed by that. */
  place(source: string): Promise<Content[]> {
    return placeItems(this.#knex, source);
  }

  /** In which libraries the items of a source are, further parts too; those of a folder are in one without a name. */
  async memberships(source: string): Promise<z.infer<typeof membershipRow>[]> {
    const rows: unknown = await this.#knex('items as i')
      .joinRaw(
        `left join (item_labels x join labels l on l.id = x.label_id and l.kind = 'library') 
         on x.item_id = coalesce(i.part_of, i.id)`,
      )
      .where({ 'i.source': source })
      .whereNull('i.gone_ms')
      .select({ libraryId: 'i.library_id', library: this.#knex.raw(`coalesce(l.name, '')`) })
      .select({ isPart: this.#knex.raw('i.part_of is not null') });
    return z.array(membershipRow).parse(rows);
  }

  /** Lets items go that their library no longer has; what was planned of them soon stays. Gives what has lost some. */
  async leave(libraryIds: readonly string[], nowMs: number): Promise<Content[]> {
    const lost = new Map<string, Content>();
    await inBatches(libraryIds, async (batch) => {
      const rows: unknown = await this.#knex('items').whereIn('library_id', batch).distinct('kind', 'show');
      for (const { show } of z.array(contentRow).parse(rows)) {
        lost.set(show ?? '', show === null ? { kind: 'films' } : { kind: 'show', show });
      }
      await this.#knex('items')
        .whereIn('library_id', batch)
        .update({ gone_ms: Math.round(nowMs) });
    });
    return [...lost.values()];
  }

  replaceCollections(source: string, collections: readonly Collection[]): Promise<void> {
    return replaceCollections(this.#knex, source, collections);
  }

  async stateOf(source: string): Promise<SourceState | undefined> {
    return z.array(sourceRow).parse(await this.#knex('sources').where({ id: source }))[0];
  }

  /** A look through a source was completed. */
  async setSynced(
    source: string,
    state: Pick<SourceState, 'schema' | 'syncedMs' | 'changeMark' | 'fingerprint'> & { readonly report: SyncReport },
  ): Promise<void> {
    const row = {
      id: source,
      schema: state.schema,
      synced_ms: Math.round(state.syncedMs ?? 0),
      change_mark: state.changeMark,
      fingerprint: state.fingerprint,
      problem: null,
      report: JSON.stringify(state.report),
    };
    await this.#knex('sources').insert(row).onConflict('id').merge();
  }

  /** From here on the catalog may differ from what the last sync has left. */
  async forgetFingerprint(source: string): Promise<void> {
    await this.#knex('sources').where({ id: source }).update({ fingerprint: null });
  }

  /** True when all files of a source are as they were when they were last looked at. */
  async areFilesSame(source: string, statesOf: StatesOf): Promise<boolean> {
    for (let after = 0; ;) {
      // As they lie in the file: the plus keeps SQLite from going through an index, and to and fro.
      const found: unknown = await this.#knex('items')
        .whereRaw('+source = ? and gone_ms is null', [source])
        .where('rowid', '>', after)
        .orderBy('rowid')
        .limit(BATCH_ROWS)
        .select('rowid', 'path', 'size_bytes', 'modified_ms', 'missing');
      const files = z.array(fileRow).parse(found);
      const last = files.at(-1);
      if (last === undefined) return true;
      const states = await statesOf(files.map(({ path }) => path));
      if (files.some((file, index) => !isAs(file, states[index]))) return false;
      after = last.rowid;
    }
  }

  /** A look through a source has failed; what is known of it stays. */
  async setProblem(source: string, problem: string): Promise<void> {
    await this.#knex('sources').insert({ id: source, problem }).onConflict('id').merge(['problem']);
  }
}

function isAs(file: z.infer<typeof fileRow>, state: FileOnDisk | undefined): boolean {
  if (state === undefined || file.missing) return file.missing === (state === undefined);
  return state.sizeBytes === file.size_bytes && state.modifiedMs === file.modified_ms;
}
