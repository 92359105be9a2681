import { statfs } from 'node:fs/promises';
import { AppError } from './errors.ts';
import type { TellHealth } from './health.ts';

export interface DiskRoomOptions {
  /** The folders that are written to, by what a person calls them. */
  readonly folders: Readonly<Record<'data' | 'reels' | 'streams', string>>;
  /** What must stay free on the disk of each. */
  readonly minFreeBytes: number;
  /** Removes reels of so many bytes, as far as there are some that may go. */
  readonly pruneReels: (bytes: number) => Promise<void>;
  readonly tell: TellHealth;
}

/** A folder's file system. */
interface Disk {
  readonly name: string;
  readonly folder: string;
  readonly freeBytes: number;
}

/** Pruning makes a little more free than is missing, so that it is not needed again with the next segment. */
const SPARE = 1.1;

/** Sees to it that disks do not fill up: reels go first, then no new stream begins. */
export class DiskRoom {
  readonly #options: DiskRoomOptions;
  #looking: Promise<string | undefined> | undefined;

  constructor(options: DiskRoomOptions) {
    this.#options = options;
  }

  /** Refuses a new stream with `disk_low` where there is no room for it. */
  async admit(): Promise<void> {
    const problem = await this.look();
    if (problem !== undefined) throw new AppError('disk_low', `no further channel can begin: ${problem}`);
  }

  /** Makes room where some is missing, and says what is wrong if that was not enough. Who asks meanwhile shares it. */
  look(): Promise<string | undefined> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<string | undefined> {
    const { minFreeBytes, pruneReels, tell } = this.#options;
    let disks = await this.#disks();
    const reels = disks.find(({ name }) => name === 'reels');
    const missing = reels === undefined ? 0 : minFreeBytes - reels.freeBytes;
    if (missing > 0) {
      // Where the plan cannot be asked, nothing is known that may go.
      await pruneReels(missing * SPARE).catch(() => {});
      disks = await this.#disks();
    }
    const low = disks.find(({ freeBytes }) => freeBytes < minFreeBytes);
    const problem = low && inWords(low, minFreeBytes);
    tell(problem);
    return problem;
  }

  async #disks(): Promise<Disk[]> {
    const disks: Disk[] = [];
    for (const [name, folder] of Object.entries(this.#options.folders)) {
      try {
        const { bavail, bsize } = await statfs(folder);
        disks.push({ name, folder, freeBytes: bavail * bsize });
      } catch {
        // One that is gone is missed by those who write there.
      }
    }
    return disks;
  }
}

function inWords({ name, folder, freeBytes }: Disk, minFreeBytes: number): string {
  const [free, floor] = [freeBytes, minFreeBytes].map((bytes) => Math.floor(bytes / 1e6));
  return `the disk of the ${name} folder ${folder} has ${free} MB free, less than the ${floor} MB that must stay free`;
}
