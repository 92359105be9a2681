import { z } from 'zod';

const PREFIX = '#/components/schemas/';
const converted = z.looseObject({
  $defs: z.record(z.string(), z.unknown()).default({}),
  $schema: z.unknown().optional(),
});

/** Turns zod schemas into those of OpenAPI 3.1, which are JSON schemas (draft 2020-12); named ones are referred to. */
export class Schemas {
  readonly #names = z.registry<{ id: string }>();
  readonly #named = new Map<string, unknown>();

  constructor(named: Readonly<Record<string, z.ZodType>>) {
    for (const [id, schema] of Object.entries(named)) this.#names.add(schema, { id });
  }

  /** As it is given or sent. */
  of(schema: z.core.$ZodType): object {
    const whole = z.toJSONSchema(schema, { io: 'input', metadata: this.#names, override: describe });
    const text = JSON.stringify(whole).replaceAll('"#/$defs/', `"${PREFIX}`);
    const { $defs, $schema: _, id: _id, ...rest } = converted.parse(JSON.parse(text));
    for (const [name, definition] of Object.entries($defs)) this.#named.set(name, withoutId(definition));
    const name = this.#names.get(schema)?.id;
    if (name === undefined) return rest;
    // One that is named may stand among the definitions already, with nothing but a reference to it in its place.
    if (!Object.hasOwn($defs, name)) this.#named.set(name, rest);
    return { $ref: `${PREFIX}${name}` };
  }

  /** The named ones that were referred to. */
  named(): Record<string, unknown> {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** What is said of a schema is in the registry that all share, the names are in one of their own. */
function describe({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (description !== undefined) jsonSchema.description = description;
}

function withoutId(definition: unknown): unknown {
  const { id: _, ...rest } = z.looseObject({ id: z.unknown().optional() }).parse(definition);
  return rest;
}
