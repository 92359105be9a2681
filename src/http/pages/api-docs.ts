import { html, type Html } from './html.ts';
import { renderLayout } from './layout.ts';

/** As much of an OpenAPI document as the page shows. */
export interface DocumentedAPI {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export interface DocumentedOperation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string | undefined;
    readonly schema: unknown;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content } | undefined;
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Content | undefined }>
  >;
}

type Content = Readonly<Record<string, { readonly schema?: unknown; readonly example?: unknown }>>;

const SCHEMAS = 'Schemas';

/** The API's description for people: all that is in the document, and nothing from elsewhere. */
export function renderAPIDocs({ tags, paths, components }: DocumentedAPI, base: string): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const body = html`<main class="docs">
    <h1>The API</h1>
    <p>
      JSON in and out, times in UTC. What is wrong is told as <code>{"error": code, "message": words}</code>, with
      <code>fields</code> where something that was sent is. A program reads the same in
      <a href="openapi.json">openapi.json</a>.
    </p>
    <p>
      Where a key is asked for, send it as <code>Authorization: Bearer KEY</code> or <code>X-Api-Key: KEY</code>.
      Whoever changes something sends with <code>If-Match</code> the <code>ETag</code> of what was seen, so that two
      people do not undo each other’s work, or <code>*</code>:
    </p>
    <pre>
curl -i ${base}/api/channels/ID
curl -X PATCH ${base}/api/channels/ID -H 'If-Match: "1"' -H 'Content-Type: application/json' -d '{ "name": "Family" }'</pre>
    <nav>${[...tags.map(({ name }) => name), SCHEMAS].map((name) => html`<a href="#group-${name}">${name}</a> `)}</nav>
    ${tags.map(
      ({ name, description }) =>
        html`<section id="group-${name}">
          <h2>${name}</h2>
          <p class="quiet">${description}.</p>
          ${operations.filter(({ operation }) => operation.tags.includes(name)).map(renderOperation)}
        </section>`,
    )}
    <section id="group-${SCHEMAS}">
      <h2>${SCHEMAS}</h2>
      ${Object.entries(components.schemas).map(
        ([name, schema]) =>
          // Browsers open what holds the place that a link leads to.
          html`<details class="card">
            <summary>${name}</summary>
            <div id="${name}">${renderSchema(schema)}</div>
          </details>`,
      )}
    </section>
  </main>`;
  return renderLayout({ title: 'Sidecast – API', root: '../', body, scripts: [] });
}

function renderOperation(found: { path: string; method: string; operation: DocumentedOperation }): Html {
  const { summary, parameters, requestBody, responses } = found.operation;
  const all = Object.entries(responses);
  const refused = all.filter(([, { content }]) => isPlainError(content));
  const told = all.filter(([, { content }]) => !isPlainError(content));
  return html`<details class="card">
    <summary>
      <code><b>${found.method.toUpperCase()}</b> ${found.path}</code> <span class="quiet">${summary}</span>
    </summary>
    ${parameters.map(
      ({ name, in: where, description = '', schema }) =>
        html`<p><code>${name}</code> <span class="quiet">${where}</span> ${description} ${renderSchema(schema)}</p>`,
    )}
    ${renderContent('Body', requestBody?.content)}
    ${told.map(([status, { description, content }]) => renderContent(`${status} ${description}`, content ?? {}))}
    <h3>Refused</h3>
    <p>
      ${refused.map(([status, { description }]) => `${status} ${description}`).join(', ')}, as
      <a href="#${ERROR}">${ERROR}</a>
    </p>
  </details>`;
}

const ERROR = 'Error';

/** Most addresses have the same ones, and say nothing more with them. */
function isPlainError(content: Content | undefined): boolean {
  return (
    JSON.stringify(Object.values(content ?? {})) ===
    JSON.stringify([{ schema: { $ref: `#/components/schemas/${ERROR}` } }])
  );
}

function renderContent(heading: string, content: Content | undefined): Html {
  if (content === undefined) return html``;
  return html`<h3>${heading}</h3>
    ${Object.entries(content).map(
      ([type, { schema, example }]) =>
        html`<p class="quiet">${type}</p>
          ${schema === undefined ? undefined : renderSchema(schema)}
          ${
            example === undefined
              ? undefined
              : html`<p class="quiet">Such as</p>
                  ${renderSchema(example)}`
          }`,
    )}`;
}

/** JSON as it is; names of other schemas lead to them. */
function renderSchema(schema: unknown): Html {
  const parts = JSON.stringify(schema, null, 2).split(/"#\/components\/schemas\/(\w+)"/);
  return html`<pre>
${parts.map((part, index) => (index % 2 === 1 ? html`<a href="#${part}">${part}</a>` : html`${part}`))}</pre>`;
}
