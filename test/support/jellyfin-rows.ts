import type { Knex } from 'knex';
import { build } from './hosts.ts';

export type JellyfinVersion = '10.8' | '10.10' | '10.11' | '12.0';

type Values = Readonly<Record<string, unknown>>;

const TYPES = {
  film: 'MediaBrowser.Controller.Entities.Movies.Movie',
  episode: 'MediaBrowser.Controller.Entities.TV.Episode',
  series: 'MediaBrowser.Controller.Entities.TV.Series',
  season: 'MediaBrowser.Controller.Entities.TV.Season',
  library: 'MediaBrowser.Controller.Entities.CollectionFolder',
  collection: 'MediaBrowser.Controller.Entities.Movies.BoxSet',
  playlist: 'MediaBrowser.Controller.Playlists.Playlist',
  video: 'MediaBrowser.Controller.Entities.Video',
  trailer: 'MediaBrowser.Controller.Entities.Trailer',
  channel: 'MediaBrowser.Controller.LiveTv.LiveTvChannel',
} as const;
const STREAM_TYPES = ['Audio', 'Video', 'Subtitle', 'EmbeddedImage', 'Data'];
const IMAGE_TYPES = ['Primary', 'Art', 'Backdrop', 'Banner', 'Logo', 'Thumb'];
const FLAGS = ['IsFolder', 'IsInMixedFolder', 'IsLocked', 'IsMovie', 'IsRepeat', 'IsSeries', 'IsVirtualItem'];

/** Writes rows as a version of Jellyfin writes them. Ids are given as its API spells them. */
export class JellyfinRows {
  readonly #knex: Knex;
  readonly #version: JellyfinVersion;

  constructor(knex: Knex, version: JellyfinVersion) {
    this.#knex = knex;
    this.#version = version;
  }

  static build(file: string, version: JellyfinVersion, fill: (rows: JellyfinRows) => Promise<void>): Promise<string> {
    const name = version === '10.11' || version === '12.0' ? `jellyfin-${version}` : 'jellyfin-10.10-library';
    return build(name, file, (knex) => fill(new JellyfinRows(knex, version)));
  }

  get #isOld(): boolean {
    return this.#version === '10.8' || this.#version === '10.10';
  }

  async item(kind: keyof typeof TYPES, id: string, { SeriesId, SeasonId, OwnerId, Data, ...values }: Values) {
    const old = this.#isOld;
    await this.#knex(old ? 'TypedBaseItems' : 'BaseItems').insert({
      ...(old ? {} : Object.fromEntries(FLAGS.map((flag) => [flag, 0]))),
      [old ? 'guid' : 'Id']: this.key(id),
      [old ? 'type' : 'Type']: TYPES[kind],
      [old ? 'data' : 'Data']: old && typeof Data === 'string' ? Buffer.from(Data) : Data,
      SeriesId: typeof SeriesId === 'string' ? this.#relative(SeriesId) : null,
      SeasonId: typeof SeasonId === 'string' ? this.#relative(SeasonId) : null,
      OwnerId: typeof OwnerId === 'string' ? this.#owner(OwnerId) : this.#nobody(),
      ...values,
    });
  }

  async stream(id: string, kind: string, StreamIndex: number, { Width, Height, ...values }: Values) {
    const old = this.#isOld;
    await this.#knex(old ? 'mediastreams' : 'MediaStreamInfos').insert({
      ...{ ItemId: this.key(id), StreamIndex, IsDefault: 0, IsForced: 0, IsExternal: 0, IsInterlaced: 0 },
      ...(this.#version === '12.0' ? { IsOriginal: 0 } : {}),
      StreamType: old ? kind : STREAM_TYPES.indexOf(kind),
      // Old versions have mixed the two up.
      Width: (old ? Height : Width) ?? null,
      Height: (old ? Width : Height) ?? null,
      ...values,
    });
  }

  async chapter(id: string, ChapterIndex: number, StartPositionTicks: number, Name: string | null) {
    await this.#knex(this.#isOld ? 'Chapters2' : 'Chapters').insert({
      ...{ ItemId: this.key(id), ChapterIndex, StartPositionTicks, Name },
    });
  }

  async person(id: string, Name: string, PersonType: string, Role: string, ListOrder: number) {
    if (this.#isOld) {
      await this.#knex('People').insert({ ItemId: this.key(id), Name, PersonType, Role: Role || null, ListOrder });
      return;
    }
    await this.#knex('Peoples')
      .insert({ Id: `${Name} ${PersonType}`, Name, PersonType })
      .onConflict('Id')
      .ignore();
    const PeopleId = `${Name} ${PersonType}`;
    await this.#knex('PeopleBaseItemMap').insert({ ItemId: this.key(id), PeopleId, Role, ListOrder });
  }

  async inLibrary(id: string, library: string) {
    const row = this.#isOld
      ? { ItemId: this.key(id), AncestorId: this.key(library), AncestorIdText: library }
      : { ItemId: this.key(id), ParentItemId: this.key(library) };
    await this.#knex('AncestorIds').insert(row);
  }

  async image(id: string, kind: string, file: string) {
    if (this.#isOld) {
      const image = `${file}*637000000000000000*${kind}*200*300*d9T9R{\\cfQ`;
      const joined = this.#knex.raw(`coalesce(Images || '|', '') || ?`, [image]);
      await this.#knex('TypedBaseItems')
        .where({ guid: this.key(id) })
        .update({ Images: joined });
      return;
    }
    await this.#knex('BaseItemImageInfos').insert({
      ...{ Id: `${id} ${kind}`, ItemId: this.key(id), ImageType: IMAGE_TYPES.indexOf(kind), Path: file },
      ...{ Width: 200, Height: 300 },
    });
  }

  async provider(id: string, ProviderId: string, ProviderValue: string) {
    if (this.#isOld) {
      const joined = this.#knex.raw(`coalesce(ProviderIds || '|', '') || ?`, [`${ProviderId}=${ProviderValue}`]);
      await this.#knex('TypedBaseItems')
        .where({ guid: this.key(id) })
        .update({ ProviderIds: joined });
      return;
    }
    await this.#knex('BaseItemProviders').insert({ ItemId: this.key(id), ProviderId, ProviderValue });
  }

  /** `type` as Jellyfin counts: 1 commercial, 2 preview, 3 recap, 4 outro, 5 intro. */
  async segment(id: string, Type: number, StartTicks: number, EndTicks: number) {
    await this.#knex('MediaSegments').insert({
      ...{ Id: `${id} ${Type} ${StartTicks}`, ItemId: dashed(id), Type, StartTicks, EndTicks, SegmentProviderId: 'x' },
    });
  }

  async collection(
    kind: 'collection' | 'playlist',
    id: string,
    Name: string,
    members: readonly { Path: string; ItemId: string }[],
  ) {
    const hasTable = this.#version === '12.0';
    await this.item(kind, id, {
      ...{ Name, SortName: Name, Path: `%AppDataPath%/collections/${Name}` },
      Data: JSON.stringify(hasTable ? {} : { LinkedChildren: members }),
    });
    if (!hasTable) return;
    for (const [SortOrder, { ItemId }] of members.entries()) {
      await this.#knex('LinkedChildren').insert({
        ...{ ParentId: dashed(id), SortOrder, ChildId: dashed(ItemId), ChildType: 0 },
      });
    }
  }

  /** An id as the key of the version's tables. */
  key(id: string): string | Buffer {
    return this.#isOld ? mixedEndian(id) : dashed(id);
  }

  #relative(id: string): string | Buffer {
    return this.#version === '10.8' ? mixedEndian(id) : dashed(id);
  }

  #owner(id: string): string | Buffer {
    if (this.#isOld) return mixedEndian(id);
    return this.#version === '10.11' ? dashed(id).toLowerCase() : dashed(id);
  }

  #nobody(): string | null {
    return this.#version === '10.11' ? '00000000-0000-0000-0000-000000000000' : null;
  }
}

function dashed(id: string): string {
  const groups = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)];
  return groups.join('-').toUpperCase();
}

/** .NET writes the first three groups of a guid the other way round. */
function mixedEndian(id: string): Buffer {
  const bytes = Buffer.from(id, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
