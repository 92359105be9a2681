import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it, test } from '@jest/globals';
import { openAPIDocument } from '../../../src/http/openapi/document.ts';
import { OPERATIONS } from '../../../src/http/openapi/operations.ts';
import { createRouter } from '../../../src/http/router.ts';
import type { HttpOptions } from '../../../src/http/options.ts';
import { startSidecar } from '../sidecar.ts';

test('the document is one of OpenAPI 3.1, in the eyes of another program', async () => {
  const document = openAPIDocument('1.2.3');
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
  expect([valid, errors]).toEqual([true, undefined]);
  expect(document).toMatchObject({ openapi: '3.1.1', info: { version: '1.2.3' } });
});

test('it has every address of the API and no other', () => {
  const { stack } = createRouter({} as HttpOptions);
  const routes = stack
    .filter(({ path }) => String(path).startsWith('/api/'))
    .flatMap(({ methods, path }) => methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`));
  expect(OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(routes.sort());
});

test('all that it refers to is there, and each operation has a name of its own', () => {
  const document = openAPIDocument('1.2.3');
  const text = JSON.stringify(document);
  const referred = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
  expect(referred.length).toBeGreaterThan(30);
  const { schemas } = document.components;
  for (const ref of referred) expect(Object.keys(schemas)).toContain(ref.replace('#/components/schemas/', ''));
  expect(document.tags.map(({ name }) => name)).toEqual([...new Set(OPERATIONS.map(({ group }) => group))]);
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(OPERATIONS.length);
});

test('what is named is described, and not by its own name', () => {
  const { schemas } = openAPIDocument('1.2.3').components;
  for (const [name, schema] of Object.entries(schemas)) {
    expect([name, Object.keys(schema as object).some((key) => ['properties', 'oneOf'].includes(key))]).toEqual([
      name,
      true,
    ]);
  }
  expect(schemas['Error']).toMatchObject({ required: ['error', 'message'] });
});

test('what schemas say of a field is in it, of parameters too', () => {
  const { components, paths } = openAPIDocument('1.2.3');
  expect(components.schemas['NewChannel']).toMatchObject({
    properties: { enabled: { description: 'A disabled channel is neither listed nor tunable' } },
  });
  expect(components.schemas['LibraryQuery']).toMatchObject({
    properties: { person: { description: 'Anybody in the credits' } },
  });
  const asked = paths['/api/channels/import']?.['post']?.parameters.find(({ name }) => name === 'replace');
  expect(asked?.schema).toMatchObject({ description: 'Removes all channels that the document does not name' });
});

describe('an example is what its route takes', () => {
  const withBody = OPERATIONS.flatMap(({ path, body, example }) =>
    body === undefined ? [] : [{ path, body, example }],
  );
  it.each(withBody)('$path', ({ body, example }) => {
    expect(example).toBeDefined();
    expect(body.safeParse(example).error?.issues).toBeUndefined();
  });
});

test('what is said of bodies is what routes take', () => {
  const { paths, components } = openAPIDocument('1.2.3');
  const body =
    paths['/api/channels/{channelId}/programming']?.['put']?.requestBody?.content['application/json']?.schema;
  expect(body).toEqual({ $ref: '#/components/schemas/Programming' });
  expect(components.schemas['NewChannel']).toMatchObject({
    required: ['name', 'programming'],
    additionalProperties: false,
  });
  const parameters = paths['/api/guide']?.['get']?.parameters.map(({ name }) => name);
  expect(parameters).toEqual(['from', 'to', 'channels']);
});

/** Objects in a schema of which is not said what they have. */
function unsaid(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, additionalProperties } = schema as { type?: unknown; additionalProperties?: unknown };
  const isOpen = type === 'object' && JSON.stringify(additionalProperties ?? {}) === '{}';
  const within = Object.entries(schema).filter(([key]) => key !== 'example');
  return [...(isOpen ? [at] : []), ...within.flatMap(([key, value]) => unsaid(value, `${at}.${key}`))];
}

test('of everything that is sent or answered is said what it has', () => {
  const { paths, components } = openAPIDocument('1.2.3');
  // They are documents of others' standards.
  const { '/api/openapi.json': _, '/api/programming-schema.json': __, ...rest } = paths;
  expect(Object.keys(rest)).toHaveLength(Object.keys(paths).length - 2);
  expect(unsaid({ paths: rest, components: { schemas: components.schemas } }, 'document')).toEqual([]);
});

function mostBytes(path: string): number {
  return path.endsWith('/import') ? 100_000_000 : 5_000_000;
}

describe('what it takes no other kind of body for, and none that is too large, is told', () => {
  const withBody = OPERATIONS.filter(({ body }) => body !== undefined);
  it.each(withBody.map(({ method, path }) => [method, path] as const))('%s %s', async (method, path) => {
    await using sidecar = await startSidecar();
    const [{ id } = { id: '' }] = (await (await sidecar.fetch('/api/channels')).json()) as { id: string }[];
    const send = async (type: string, body: string) => {
      const headers = { 'content-type': type, 'if-match': '*' };
      const init = { method: method.toUpperCase(), headers, body };
      const { status } = await sidecar.fetch(path.replace(':channelId', id), init);
      return status;
    };
    const seen = [
      await send('text/plain', '{}'),
      await send('application/json', JSON.stringify('a'.repeat(mostBytes(path)))),
      await send('application/json', '[]'),
    ];
    expect(seen).toEqual([415, 413, 400]);
    const { responses } = openAPIDocument('1.2.3').paths[path.replace(':channelId', '{channelId}')]![method]!;
    for (const status of seen) expect(Object.keys(responses)).toContain(String(status));
  });
});

test('people read it on a page that loads nothing from elsewhere', async () => {
  await using sidecar = await startSidecar();
  const response = await sidecar.fetch('/api/docs');
  const page = await response.text();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const { path } of OPERATIONS) expect(page).toContain(path.replaceAll(/:(\w+)/g, '{$1}'));
  expect(page).toContain('<a href="#Programming">Programming</a>');
  // A link opens what it leads into.
  expect(page).toMatch(/<details class="card">\s*<summary>Programming<\/summary>\s*<div id="Programming">/);
  expect(page).toContain('The Office');
  expect(page).toContain('did you mean');
  expect(page).toContain('200 OK, with the ETag that If-Match takes');
  expect(page).toContain(`curl -i ${sidecar.url}/api/channels/ID`);
  // What all addresses have in common takes one line of each.
  expect(page).toMatch(/400 Bad Request, 401 Unauthorized, 404 Not Found, [^<]*, as\s*<a href="#Error">/);
  const places = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, place] of page.matchAll(/href="#([^"]+)"/g)) expect(places).toContain(place);
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].filter(([, address]) => /^(\w+:)?\/\//.test(address!))).toEqual(
    [],
  );
});
