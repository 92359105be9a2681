import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import formats from 'ajv-formats';
import type { Knex } from 'knex';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { OpenAPIDocument } from '../../src/http/openapi/document.ts';
import { build, unpack } from '../support/hosts.ts';
import { makeLibrary } from '../support/library.ts';
import { fillPlex, MINUTE, PlexRows } from '../support/plex-rows.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Overview {
  readonly sync: { readonly running: boolean };
  readonly sources: readonly { readonly synced_at: string | null; readonly problem: string | null }[];
}
interface Items {
  readonly items: readonly object[];
}
interface Content {
  readonly schema?: object;
}

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let folder: string;
let sidecar: SidecarProcess;
let described: Described;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'described-'));
  const at = (...names: string[]) => path.join(folder, ...names);
  const [main, films] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'], { seconds: 4 })]);
  await mkdir(path.join(films, 'Show'));
  await writeFile(path.join(films, 'No film.mkv'), 'no film');
  await unpack('jellyfin-12.0-livetv', at('jellyfin/data/jellyfin.db'));
  const plex = await build('plex-library', at('plex/com.plexapp.plugins.library.db'), fillPlex);
  const rich = await build('plex-library', at('rich/com.plexapp.plugins.library.db'), fillWithWesterns);
  const env = {
    SIDECAST_LIBRARY: `folder:${films},jellyfin:${at('jellyfin')},plex:${plex},plex:${rich},folder:${at('gone')}`,
    SIDECAST_SIGNED_URLS: 'on',
  };
  sidecar = await SidecarProcess.start({ main, folder, env });
  described = new Described(sidecar.url, await sidecar.json('/api/openapi.json'));
  await until('all libraries were read', async () => {
    const { sync, sources } = await sidecar.json<Overview>('/api/library');
    return !sync.running && sources.every(({ synced_at, problem }) => synced_at !== null || problem !== null);
  });
  await until('a file that is no film is told of', async () => {
    const { items } = await sidecar.json<Items>('/api/library/items?unplayable=true');
    return items.length > 0;
  });
});
afterAll(async () => {
  await sidecar?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Enough films of a kind for a channel of it. */
async function fillWithWesterns(knex: Knex): Promise<void> {
  await knex('library_sections').insert({ id: 1, name: 'Films', section_type: 1 });
  const rows = new PlexRows(knex);
  for (let id = 200; id < 210; id++) {
    await rows.item(id, 1, `Western ${id}`, { year: 1960, guid: `local://${id}` });
    await rows.medium(id, [[`/media/films/Western ${id}.mkv`, 90 * MINUTE]], { duration: 90 * MINUTE });
    await rows.tag(id, 1, 'Western');
  }
}

interface Sent extends Omit<RequestInit, 'headers'> {
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API's description, and what was seen of it. */
class Described {
  readonly #url: string;
  readonly #document: OpenAPIDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #seen = new Set<string>();

  constructor(url: string, document: OpenAPIDocument) {
    this.#url = url;
    this.#document = document;
    formats.default(this.#ajv);
    this.#ajv.addFormat('base64', true);
    this.#ajv.addSchema(document, 'api');
  }

  /** What is answered, held against what is said of an answer with that status. */
  async ask<T = unknown>(operation: string, at: string, init: Sent = {}): Promise<T> {
    const [method = '', documented = ''] = operation.split(' ');
    const { json, headers, ...rest } = init;
    const response = await fetch(this.#url + at, {
      ...{ method, ...rest },
      headers: { 'if-match': '*', ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const text = await response.text();
    const answer: unknown = /json|yaml/.test(type) ? parse(text) : text;
    const place = ['paths', documented, method.toLowerCase(), 'responses', String(response.status)];
    const told = this.#document.paths[documented]?.[method.toLowerCase()]?.responses[response.status];
    expect([operation, at, response.status, told === undefined ? text : 'described']).toEqual([
      ...[operation, at, response.status, 'described'],
    ]);
    if (response.status !== 204) {
      const content = told?.content?.[type] as Content;
      expect([operation, type, content]).toEqual([operation, type, expect.anything()]);
      if (content.schema !== undefined) this.#hold([...place, 'content', type, 'schema'], answer);
    }
    this.#seen.add(`${operation} ${response.status}`);
    return answer as T;
  }

  #hold(place: readonly string[], answer: unknown): void {
    const pointer = place.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const isValid = this.#ajv.validate({ $ref: `api#/${pointer}` }, answer);
    expect([place, isValid ? null : this.#ajv.errors]).toEqual([place, null]);
  }

  schema(name: string): Schema {
    return this.#document.components.schemas[name] as Schema;
  }

  /** What succeeds and was not seen. */
  get unseen(): string[] {
    return Object.entries(this.#document.paths)
      .flatMap(([at, methods]) =>
        Object.entries(methods).flatMap(([method, { responses }]) =>
          Object.keys(responses)
            .filter((status) => status.startsWith('2'))
            .map((status) => `${method.toUpperCase()} ${at} ${status}`),
        ),
      )
      .filter((one) => !this.#seen.has(one));
  }
}

/** Fields of a schema that are null, empty or not there in each of some values. */
function neverThere(schema: Schema, values: readonly object[], at = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const all = values.flatMap((value) => (value as Record<string, unknown>)[name] ?? []);
    if (all.length === 0) return [`${at}${name}`];
    const within = field.items ?? [field, ...(field.anyOf ?? [])].find(({ type }) => type === 'object');
    return within === undefined ? [] : neverThere(within, all, `${at}${name}.`);
  });
}

test('every answer is as it is described, with no field besides', async () => {
  const ask = <T>(operation: string, at: string, init: Sent = {}) => described.ask<T>(operation, at, init);
  const programming = {
    kind: 'scheduled',
    default: { content: [{ kind: 'films' }, { kind: 'query', where: { kind: 'episode' } }], pad_minutes: 15 },
  };
  const made = await ask<{ id: string }>('POST /api/channels', '/api/channels', {
    json: { name: 'Made', programming },
  });
  const channel = `/api/channels/${made.id}`;
  const one = <T>(operation: string, more = '', init: Sent = {}) =>
    ask<T>(operation.replace('@', '/api/channels/{channelId}'), channel + more, init);
  await ask('POST /api/channels', '/api/channels', {
    json: [{ name: 'Odd', programming: { kind: 'scheduled', default: { content: [{ kind: 'show', show: 'None' }] } } }],
  });
  await ask('GET /api/channels', '/api/channels');
  await one('GET @');
  await one('PATCH @', '', { method: 'PATCH', json: { description: 'Words' } });
  await one('PUT @/programming', '/programming', { method: 'PUT', json: programming });
  const copy = await one<{ id: string }>('POST @/duplicate', '/duplicate', { json: {} });
  await ask('PUT /api/channels/order', '/api/channels/order', { json: { numbers: { [copy.id]: '77' } } });
  await ask('POST /api/channels/preview', '/api/channels/preview', { json: { programming, airings: true } });
  await ask('POST /api/channels/suggest', '/api/channels/suggest', { json: {} });
  await ask('POST /api/channels/suggest', '/api/channels/suggest', { json: { create: true } });
  const document = await ask('GET /api/channels/export', '/api/channels/export');
  await ask('GET /api/channels/export', '/api/channels/export?format=yaml');
  await ask('POST /api/channels/import', '/api/channels/import', { json: document });
  await one('PUT @/logo', '/logo', { headers: { 'content-type': 'image/png' }, body: PICTURE });
  await one('GET @/logo', '/logo');
  await one('DELETE @/logo', '/logo');
  await until('something is on', async () => (await one<{ now: object | null }>('GET @/now', '/now')).now !== null);
  await one('GET @/guide', '/guide');
  await ask('GET /api/guide', '/api/guide');
  await ask('GET /api/programming-schema.json', '/api/programming-schema.json');

  await ask('GET /api/library', '/api/library');
  await ask('GET /api/library/items', '/api/library/items?limit=500');
  await ask('GET /api/library/shows', '/api/library/shows?limit=1');
  await ask('POST /api/library/sync', '/api/library/sync');
  await ask('GET /api/library/sync', '/api/library/sync');

  await ask('GET /api/addresses', '/api/addresses');
  await ask('POST /api/addresses/revoke', '/api/addresses/revoke');
  const stream = (operation: string, headers = {}) =>
    ask(`${operation} /api/streams/{channelId}`, `/api/streams/${made.id}`, { headers });
  await stream('POST');
  await stream('POST');
  await stream('POST', { 'if-none-match': '*' });
  await stream('GET');
  await ask('GET /api/streams', '/api/streams');
  await stream('DELETE');
  await ask('GET /api/health', '/api/health');
  await ask('GET /api/openapi.json', '/api/openapi.json');
  await ask('GET /api/docs', '/api/docs');

  await one('PATCH @', '', { method: 'PATCH', json: { number: 'seven' } });
  await one('PATCH @', '', { method: 'PATCH', json: { number: '77' } });
  await one('DELETE @', '', { headers: { 'if-match': '"0"' } });
  await one('DELETE @');
  await one('GET @');
  expect(described.unseen).toEqual([]);
});

test('each field of libraries was there to be held against its description', async () => {
  const { items } = await sidecar.json<Items>('/api/library/items?limit=500');
  expect(neverThere(described.schema('DescribedItem'), items)).toEqual([]);
  const { sources } = await sidecar.json<Overview>('/api/library');
  // They take a library that shrinks, and files that are elsewhere: their types are those of their descriptions.
  const others = ['suggested_path_map', 'waiting_for_confirmation'];
  expect(neverThere(described.schema('Library'), sources)).toEqual(others);
});
