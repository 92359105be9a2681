import { z } from 'zod';

/** As much of a JSON schema as there are words for. */
const described = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  properties: z.record(z.string(), z.looseObject({ const: z.unknown().optional() })).optional(),
  required: z.array(z.string()).optional(),
  get oneOf() {
    return z.array(described).optional();
  },
});
type Described = z.infer<typeof described>;

/** By schema: who sends a long list of what is wrong in the same way is told at once all the same. */
const known = new WeakMap<z.core.$ZodType, string | undefined>();

/** What is allowed where something else was given, as "use …"; undefined where the schema itself says it. */
export function allowedInstead(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return allowedKeys(issue);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
    case 'invalid_type':
    case 'too_small':
    case 'too_big':
      return issue.schema && wordsOf(issue.schema, issue);
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return undefined;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'use a moment such as 2026-12-24T18:00:00Z',
  base64: 'use base64',
};

/** Names that are not known are most often mistyped: the right ones help. */
function allowedKeys({ inst }: z.core.$ZodRawIssue): string {
  const names = inst instanceof z.ZodObject ? Object.keys(inst.shape).join(', ') : '';
  return names === '' ? 'not known here' : `not known here; allowed are ${names}`;
}

function wordsOf(schema: z.core.$ZodType, issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_union' && issue.path?.at(-1) !== issue['discriminator']) return undefined;
  const isKind = issue.code === 'invalid_union';
  if (!isKind && known.has(schema)) return known.get(schema);
  const json = described.safeParse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).data;
  if (isKind) return json && oneOf(kindsOf(json));
  const words = json && inWords(json);
  known.set(schema, words);
  return words;
}

function inWords(json: Described): string | undefined {
  if (json.enum !== undefined) return oneOf(json.enum);
  if (json.const !== undefined) return oneOf([json.const]);
  if (json.oneOf !== undefined) return `use an object whose kind is one of ${kindsOf(json).join(', ')}`;
  switch ([json.type].flat()[0] ?? '') {
    case 'string':
      return json.format === 'date-time'
        ? FORMATS['datetime']
        : `use a text${bounds(json.minLength, json.maxLength, ' characters')}`;
    case 'integer':
      return `use a whole number${bounds(json.minimum, json.maximum)}`;
    case 'number':
      return json.exclusiveMinimum === undefined
        ? `use a number${bounds(json.minimum, json.maximum)}`
        : `use a number above ${json.exclusiveMinimum}${bounds(undefined, json.maximum)}`;
    case 'boolean':
      return 'use true or false';
    case 'array':
      return `use a list${bounds(json.minItems, json.maxItems, ' entries')}`;
    case 'object':
      return inFields(json);
    default:
      return undefined;
  }
}

function inFields({ properties = {}, required = [] }: Described): string {
  const names = required.length > 0 ? required : Object.keys(properties);
  if (names.length === 0) return 'use an object';
  return `use an object with ${required.length > 0 ? '' : 'some of '}${names.join(', ')}`;
}

function kindsOf({ oneOf: options = [] }: Described): string[] {
  return options.map(({ properties }) => String(properties?.['kind']?.const));
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? `use ${String(values[0])}` : `use one of ${values.map(String).join(', ')}`;
}

function bounds(least: number | undefined, given: number | undefined, unit = ''): string {
  // Every whole number has a largest one.
  const most = given === Number.MAX_SAFE_INTEGER ? undefined : given;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}${unit}`;
  if (least !== undefined) return `, ${least} or more${unit}`;
  return most === undefined ? '' : `, at most ${most}${unit}`;
}
