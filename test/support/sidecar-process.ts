import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { execa } from 'execa';
import { builtFolder } from './built.mjs';
import type { Confinement } from './confined.ts';
import { ApiClient } from './http-client.ts';
import { SMALL } from './settings.ts';
import { until } from './until.ts';

/** The main file of the program, as it is built. */
export async function builtProgram(): Promise<string> {
  return path.join(await builtFolder(), 'main.js');
}

/** The command line, to its end. */
export async function sidecast(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  return { exitCode, stdout, stderr };
}

/** A sidecar in a process of its own. */
export class SidecarProcess extends ApiClient {
  readonly #child: ChildProcess;
  readonly #output: () => string;
  readonly #log: () => string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(url: string, child: ChildProcess, output: () => string, log: () => string) {
    super(url);
    this.#child = child;
    this.#output = output;
    this.#log = log;
    this.exited =
      child.exitCode === null && child.signalCode === null
        ? once(child, 'exit').then(([code, signal]) => ({ code, signal }))
        : Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  }

  /** Starts one on any free port; resolves when it says where it listens. */
  static async start(options: {
    readonly main: string;
    readonly folder: string;
    readonly library?: string;
    /** Undefined for a setting that is not made. */
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly confinement?: Confinement;
  }): Promise<SidecarProcess> {
    const { main, folder, library, env, confinement = [] } = options;
    const [program, ...args] = [...confinement, process.execPath, main];
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        ...SMALL,
        SIDECAST_DATA_DIR: path.join(folder, 'data'),
        SIDECAST_STREAMS_DIR: path.join(folder, 'streams'),
        ...(library === undefined ? {} : { SIDECAST_LIBRARY: `folder:${library}` }),
        ...env,
      },
    });
    // Not even a test that fails or is broken off leaves a sidecar behind.
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.off('exit', endWithUs));
    let output = '';
    let log = '';
    child.stdout.on('data', (text: Buffer) => (output += String(text)));
    child.stderr.on('data', (text: Buffer) => (log += String(text)));
    const url = await until('the sidecar says where it listens', () => {
      if (child.exitCode !== null) throw new Error(`the sidecar ended with ${child.exitCode}: ${log}`);
      return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    }).catch((error: unknown) => {
      endWithUs();
      throw error;
    });
    return new SidecarProcess(
      url,
      child,
      () => output,
      () => log,
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it printed. */
  get output(): string {
    return this.#output();
  }

  /** Its log, JSON lines. */
  get log(): string {
    return this.#log();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** In order. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return (await this.exited).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.signal('SIGKILL');
    await this.exited;
  }
}
