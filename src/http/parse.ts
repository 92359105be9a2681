import type { z } from 'zod';
import { AppError, type ErrorCode, type FieldError } from '../shared/errors.ts';
import { allowedInstead } from './allowed.ts';
import { MOST_LEVELS, tooDeepAt } from './nesting.ts';

/** What was given as a schema has it, or an error that names every field that is wrong and what is allowed there. */
export function parseGiven<T>(schema: z.ZodType<T>, given: unknown, code: ErrorCode, what: string): T {
  const deep = tooDeepAt(given);
  if (deep !== undefined) throw wrongFields(code, what, [{ path: deep, message: `use at most ${MOST_LEVELS} levels` }]);
  const result = schema.safeParse(given, { error: allowedInstead });
  if (result.success) return result.data;
  throw wrongFields(
    code,
    what,
    result.error.issues.flatMap((issue) => fieldsOf(issue, [])),
  );
}

function wrongFields(code: ErrorCode, what: string, fields: readonly FieldError[]): AppError {
  const mistakes = fields.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new AppError(code, `invalid ${what}; ${mistakes.join('; ')}`, { fields });
}

function fieldsOf(issue: z.core.$ZodIssue, above: readonly string[]): FieldError[] {
  const path = [...above, ...issue.path.map(String)];
  if (issue.code === 'invalid_union') {
    // Of what could be meant that which at least has the right form.
    const meant = issue.errors.find(
      (each) => !each.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0),
    );
    if (meant !== undefined) return meant.flatMap((each) => fieldsOf(each, path));
  }
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: issue.message }));
}
