import { type Check, type Finding, wrongBy } from './finding.ts';

/** What one check found. */
export interface Examined {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Goes through the checks in their order; one that fails keeps none from being tried. */
export async function* examine(checks: readonly Check[]): AsyncGenerator<Examined> {
  for (const { name, run } of checks) {
    yield { name, findings: await run().catch((error: unknown) => [wrongBy(error)]) };
  }
}

const MARKS = { fine: '✓', wrong: '✗', untried: '–' } as const;

/** Ticks and crosses, each cross with its next step on a line of its own. */
export function renderExamined({ name, findings }: Examined): string {
  return findings.map((finding) => renderFinding(name, finding)).join('');
}

function renderFinding(name: string, finding: Finding): string {
  const line = `${MARKS[finding.kind]} ${name}: ${finding.words}\n`;
  return finding.kind === 'wrong' ? `${line}    → ${finding.nextStep}\n` : line;
}
