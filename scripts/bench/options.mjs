import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --only cold,cpu,library,…   these parts only: cold, reels, cpu, idle, splice, full-speed, hls-viewers,
                                      ts-viewers, channels, library, guide, planning
  --rounds N                          rounds of each cold tune-in (7)
  --json                              the figures as JSON on standard output, for programs
  --help                              this

Exit code 0: all within their bounds; 1: some are over; 2: it could not be measured.
Test films are made once and kept in the system's folder for temporary files.
`;

/** The options, or undefined where help is wanted. */
export function parseOptions(args, parts) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: parts.join(',') },
      rounds: { type: 'string', default: '7' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const only = values.only.split(',').map((name) => name.trim());
  const unknown = only.filter((name) => !parts.includes(name));
  if (unknown.length > 0) throw new Error(`--only knows ${parts.join(', ')}, not ${unknown.join(', ')}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number, 1 or more');
  return { only, rounds, json: values.json };
}
