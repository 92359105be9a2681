import { type Finding, fine, wrong, wrongBy } from '../finding.ts';

/** A library that the settings name: `look` says what kind it is, or throws what stands in the way. */
export interface NamedLibrary {
  readonly id: string;
  readonly look: () => Promise<string>;
}

/** Whether each library can be read from here. */
export async function checkLibraries(libraries: readonly NamedLibrary[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, look } of libraries) {
    const looked = await look().then((schema) => fine(`${id}: ${schema}`), whatToMount);
    findings.push(looked);
  }
  return findings;
}

function whatToMount(error: unknown): Finding {
  return wrongBy(
    error,
    'name the folder in which the media server keeps its data; in a container, mount that folder whole and read-only; where the server is on another machine, mount its videos and name them as folder:/path',
  );
}

/** What `GET /api/library` says of a source, as far as it matters here. */
export interface SourceOverview {
  readonly id: string;
  readonly problem: string | null;
  readonly files: { readonly items: number; readonly missing: number } | null;
  readonly missing_files: readonly string[];
  readonly suggested_path_map: string | null;
  readonly unplayable_files: readonly { readonly path: string; readonly problem: string }[];
  readonly waiting_for_confirmation: readonly { readonly library: string; readonly unseen: number }[];
}

/** Whether what the libraries hold is here and can be aired. */
export function judgePaths(sources: readonly SourceOverview[]): readonly Finding[] {
  return sources.flatMap((source) => [judgeFiles(source), ...judgeShrinking(source)]);
}

function judgeFiles(source: SourceOverview): Finding {
  const {
    id,
    problem,
    files,
    missing_files: notFound,
    suggested_path_map: rule,
    unplayable_files: unplayable,
  } = source;
  if (problem !== null) return whatToMount(new Error(`${id} could not be looked through: ${problem}`));
  if (files === null || files.items === 0) {
    return wrong(`${id} holds no film and no episode`, 'put videos there, or name the folder that has them');
  }
  const [example] = notFound;
  if (files.missing * 2 > files.items || rule !== null) {
    return wrong(
      `${id}: ${files.missing} of ${files.items} files are not here${example === undefined ? '' : `, such as ${example}`}`,
      rule === null
        ? 'mount the folders of the videos here, read-only; where they have other paths here than the media server has ' +
            'for them, set SIDECAST_PATH_MAP, such as /media=>/mnt/nas'
        : `set SIDECAST_PATH_MAP to ${rule}`,
    );
  }
  const [odd] = unplayable;
  const remarks = [
    ...(files.missing > 0 ? [`${files.missing} of them not here`] : []),
    ...(odd === undefined ? [] : [`some that cannot be aired (${odd.problem})`]),
  ];
  return fine([`${id}: ${files.items} ${files.items === 1 ? 'file' : 'files'}`, ...remarks].join(', '));
}

function judgeShrinking({ id, waiting_for_confirmation: waiting }: SourceOverview): readonly Finding[] {
  return waiting.map(({ library, unseen }) =>
    wrong(
      `${id}: ${unseen} items${library && ` of "${library}"`} are no longer found`,
      'see that its disk is mounted; if they are really gone: sidecast sync --allow-removals',
    ),
  );
}
