import type { ProgrammeLibrary } from '../schedule/programming/library.ts';
import type { Scheduled } from '../schedule/programming/programming.ts';
import { Slices } from '../shared/slices.ts';
import { Airings } from './airings.ts';
import { Channels } from './channels/channels.ts';
import { Costs } from './costs.ts';
import { type DatabaseOptions, openDatabase } from './database.ts';
import { GuideReader } from './guide/guide-reader.ts';
import { Items } from './library/items.ts';
import { KnownNames } from './warnings/known-names.ts';
import { Logos } from './channels/logos.ts';
import { LibraryReader } from './library/library-reader.ts';
import { LibraryStore } from './library/library-store.ts';
import { readProgrammeLibrary, takesMoreThan } from './planning/programme-library.ts';
import { Settings } from './settings.ts';

/** Everything that Sidecast remembers: what there is to air, on which channels, and when. */
export interface Catalog {
  readonly items: Items;
  readonly channels: Channels;
  readonly logos: Logos;
  readonly airings: Airings;
  readonly settings: Settings;
  readonly library: LibraryStore;
  readonly costs: Costs;
  /** What programming can show of all that there is. */
  programmeLibrary(programmings: readonly Scheduled[], slices?: Slices): Promise<ProgrammeLibrary>;
  /** Whether that takes more than so many items. */
  takesMoreThan(programmings: readonly Scheduled[], items: number): Promise<boolean>;
  readonly libraryReader: LibraryReader;
  readonly guide: GuideReader;
  readonly names: KnownNames;
  /** The database was damaged and begun anew. */
  readonly recovered: boolean;
  close(): Promise<void>;
}

export async function openCatalog(file: string, options: DatabaseOptions): Promise<Catalog> {
  const database = await openDatabase(file, options);
  const { knex, reader, recovered } = database;
  return {
    items: new Items(knex, reader),
    channels: new Channels(knex, reader),
    logos: new Logos(reader),
    airings: new Airings(knex, reader),
    settings: new Settings(knex),
    library: new LibraryStore(database),
    costs: new Costs(knex),
    programmeLibrary: (programmings, slices = new Slices()) => readProgrammeLibrary(knex, programmings, slices),
    takesMoreThan: (programmings, items) => takesMoreThan(reader, programmings, items),
    libraryReader: new LibraryReader(reader),
    guide: new GuideReader(reader),
    names: new KnownNames(reader),
    recovered,
    close: () => database.close(),
  };
}
