import { z } from 'zod';
import { systemClock } from '../../shared/clock.ts';
import { OnCall } from '../../shared/on-call.ts';
import { DiskProcess, type DiskProcessOptions } from './disk-process.ts';
import { type FileOnDisk, statesOf } from './file-states.ts';

/** Nobody has asked for so long: nobody will soon. */
const IDLE_MS = 30_000;
/** Buffers come from another process, and are of no class that is known here. */
const contents = z.custom<Uint8Array>((value) => ArrayBuffer.isView(value)).optional();

/** Files that are read as a whole, such as pictures. One whose disk does not answer in time is not there. */
export class SmallFiles implements Disposable {
  readonly #disk: OnCall<DiskProcess>;

  constructor(options: DiskProcessOptions = {}) {
    const { clock = systemClock() } = options;
    this.#disk = new OnCall({ open: () => new DiskProcess(options), idleMs: IDLE_MS, clock });
  }

  async stateOf(file: string): Promise<FileOnDisk | undefined> {
    const states = await this.#disk.use((disk) => statesOf(disk, [file])).catch(() => []);
    return states[0];
  }

  /** Undefined for a file that cannot be read, or is larger. */
  async contentsOf(file: string, mostBytes: number): Promise<Buffer | undefined> {
    const given = { file, mostBytes };
    const bytes = await this.#disk
      .use((disk) => disk.ask({ task: 'contents', given, answer: contents, about: file }))
      .catch(() => undefined);
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }
}
