import { STATUS_CODES } from 'node:http';
import { GROUPS, NAMED_SCHEMAS, type Operation, OPERATIONS } from './operations.ts';
import type { DocumentedAPI, DocumentedOperation } from '../pages/api-docs.ts';
import * as answers from './answers.ts';
import { Schemas } from './schemas.ts';

const JSON_TYPE = 'application/json';
/** What goes on, and is never the same again. */
const EVENTS = 'text/event-stream';

/** The parts of it that its page shows are typed. */
export interface OpenAPIDocument extends DocumentedAPI {
  readonly components: DocumentedAPI['components'] & { readonly securitySchemes: object };
  readonly openapi: '3.1.1';
  readonly info: object;
  readonly servers: readonly object[];
  readonly security: readonly object[];
}

/** The API as OpenAPI 3.1 has it. */
export function openAPIDocument(version: string): OpenAPIDocument {
  const schemas = new Schemas(NAMED_SCHEMAS);
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const operation of OPERATIONS) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: operationObject(operation, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sidecast',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Television channels from your own library. Whoever changes something says with If-Match what was seen.',
    },
    servers: [{ url: '/' }],
    tags: Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
    paths,
    // Or none, where no key is asked for.
    security: [{ apiKey: [] }, { bearer: [] }, {}],
    // In the end: what is named is known then.
    components: {
      schemas: { ...schemas.named() },
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operationObject(
  operation: Operation,
  schemas: Schemas,
): DocumentedOperation & { readonly operationId: string } {
  const {
    method,
    path,
    group,
    summary,
    body,
    example,
    bodyTypes = [],
    errors = [],
    otherErrors = {},
    answerType,
  } = operation;
  const { status = 200, otherStatus = status, isTagged = false } = operation;
  const refused = [
    ...[400, 401, 429, 503],
    ...errors,
    ...Object.keys(otherErrors).map(Number),
    ...(body === undefined ? [] : [413, 415]),
    ...(operation.changesSeen ? [412, 428] : []),
    ...(method === 'get' ? [] : [403]),
  ];
  return {
    operationId: `${method}${path.replace('/api', '').replaceAll(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [group],
    summary,
    parameters: parametersOf(operation, schemas),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: { schema: schemas.of(body), ...(example !== undefined && { example }) },
          ...Object.fromEntries(bodyTypes.map((type) => [type, {}])),
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        [status, otherStatus].map((code) => [
          code,
          {
            description: `${STATUS_CODES[code] ?? ''}${isTagged ? ', with the ETag that If-Match takes' : ''}`,
            ...(isTagged && { headers: { ETag: { schema: { type: 'string' } } } }),
            ...contentOf(operation, schemas),
          },
        ]),
      ),
      ...(method === 'get' && answerType !== EVENTS && { 304: { description: STATUS_CODES[304] ?? '' } }),
      ...Object.fromEntries(
        refused
          .sort((a, b) => a - b)
          .map((code) => [code, errorResponse(code, schemas.of(otherErrors[code] ?? answers.error))]),
      ),
    },
  };
}

function contentOf(
  { answer, answerExample: example, answerType = JSON_TYPE, otherAnswerTypes = [], status }: Operation,
  schemas: Schemas,
): { content?: Record<string, { schema?: object; example?: unknown }> } {
  if (status === 204) return {};
  if (answer === undefined) return { content: { [answerType]: {} } };
  const schema = schemas.of(answer);
  return {
    content: {
      [answerType]: { schema, ...(example !== undefined && { example }) },
      ...Object.fromEntries(otherAnswerTypes.map((type) => [type, { schema }])),
    },
  };
}

function errorResponse(code: number, schema: object): DocumentedOperation['responses'][string] {
  return {
    description: STATUS_CODES[code] ?? '',
    content: { [JSON_TYPE]: { schema } },
  };
}

function parametersOf(
  { path, query, changesSeen = false }: Operation,
  schemas: Schemas,
): DocumentedOperation['parameters'] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name: String(name), in: 'path', required: true, schema: { type: 'string' } },
  }));
  const asked = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: false, schema: schemas.of(schema) },
  }));
  const words = 'The ETag of what was seen, or * for any';
  const seen = {
    ...{ name: 'If-Match', in: 'header', required: changesSeen === true, schema: { type: 'string' } },
    description: changesSeen === true ? words : `${words}; needed where anything that there is changes`,
  };
  return [...inPath, ...asked, ...(changesSeen === false ? [] : [seen])];
}
