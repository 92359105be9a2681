import { criterion, median, row } from './stats.mjs';

const MEMORY_BOUND_MB = 250;

const speed = ({ megabytes, cpuSeconds }) => megabytes / cpuSeconds;
/** Of serving alone: without what the channel costs by itself, which nginx does not do. */
const servingSpeed = ({ sidecar: { megabytes, cpuSeconds, seconds }, channel }) =>
  megabytes / (cpuSeconds - channel * seconds);

/**
 * The figures of rounds, each a crowd's at the sidecar, at Node's bare HTTP and, where there is one, at nginx, and the
 * share of a processor that the channel takes by itself.
 */
export function compared(rounds, { isInTime, what }) {
  const figures = (of) => rounds.map(of);
  const ours = figures(({ sidecar }) => sidecar);
  const hasNginxToo = rounds.every(({ nginx }) => nginx !== undefined);
  const against = (of) => figures((round) => of(round) / speed(round.nginx));
  const ratios = hasNginxToo && {
    all: against(({ sidecar }) => speed(sidecar)),
    serving: against(servingSpeed),
    plain: against(({ plain }) => speed(plain)),
  };
  const rows = [
    row('sidecar, with all that it does', ours.map(speed), 'MB per CPU second'),
    row('sidecar, serving alone', figures(servingSpeed), 'MB per CPU second'),
    row(
      "Node's HTTP and the files in memory, nothing else",
      figures(({ plain }) => speed(plain)),
      'MB per CPU second',
    ),
    ...splitRows('sidecar', ours),
    ...splitRows(
      "Node's HTTP",
      figures(({ plain }) => plain),
    ),
    row(
      'the channel by itself, for each second',
      figures(({ channel }) => 1000 * channel),
      'ms CPU',
    ),
  ];
  if (ratios) {
    const theirs = figures(({ nginx }) => nginx);
    rows.push(
      row('nginx', theirs.map(speed), 'MB per CPU second'),
      ...splitRows('nginx', theirs),
      row('sidecar, with all that it does, against nginx', ratios.all, '×'),
      row('sidecar, serving alone, against nginx', ratios.serving, '×'),
      row("Node's HTTP against nginx", ratios.plain, '×'),
    );
    if (rounds.every(({ atOnce }) => atOnce)) rows.push(...atOnceRows(rounds));
  }
  const bytesPerSecond = ours.map(({ megabytes, seconds }) => megabytes / seconds);
  const memoryMB = ours.map((result) => result.memoryMB);
  rows.push(row('throughput of the sidecar', bytesPerSecond, 'MB/s'), row('memory of the sidecar', memoryMB, 'MB'));
  const criteria = [criterion('memory', Math.max(...memoryMB), MEMORY_BOUND_MB, 'MB')];
  if (isInTime) {
    rows.push(
      row(
        'slowest segment, from its publication',
        ours.map(({ slowestMs }) => slowestMs),
      ),
      row(
        'segments sent',
        ours.map(({ segments }) => segments),
        '',
      ),
    );
    const late = ours.reduce((sum, result) => sum + result.late, 0);
    criteria.push(criterion('segments that came after their successor was published', late, 0, ''));
  }
  if (ratios) {
    const label = 'processor time for a byte, against nginx';
    criteria.push(
      isInTime
        ? criterion(`${label}: serving alone`, 1 / median(ratios.serving), 1)
        : criterion(label, 1 / median(ratios.all), 1),
    );
  }
  return {
    rows,
    criteria,
    notes: [
      what,
      'nginx: one worker, sendfile, no log, the very files of the tree; a ratio is of two that were measured in turn',
      'with all that it does: splicing, publishing, playlists and files count, too; serving alone: less what the channel costs with one viewer, measured before each round',
      hasNginxToo
        ? 'both were sent to by the same viewers, from a process of their own'
        : 'nginx is not here: nothing to compare with',
    ],
  };
}

/** nginx where all ask in the same millisecond, which costs it least: it stays awake, and what it sends is at hand. */
function atOnceRows(rounds) {
  const theirs = rounds.map(({ atOnce }) => speed(atOnce));
  const ratios = rounds.map((round) => servingSpeed(round) / speed(round.atOnce));
  return [
    row('nginx, all viewers in the same millisecond', theirs, 'MB per CPU second'),
    row('sidecar, serving alone, against that', ratios, '×'),
  ];
}

function splitRows(name, results) {
  const for100MB = (of) => results.map((result) => (100_000 * of(result)) / result.megabytes);
  return [
    row(
      `  ${name}: in the program, for 100 MB`,
      for100MB(({ programSeconds }) => programSeconds),
      'ms CPU',
    ),
    row(
      `  ${name}: in the kernel, for 100 MB`,
      for100MB(({ kernelSeconds }) => kernelSeconds),
      'ms CPU',
    ),
  ];
}
