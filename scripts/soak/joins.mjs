import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '../bench/proc.mjs';
import { say } from '../bench/say.mjs';
import { freshFolders, json, MAIN, removeFolders, startSidecar } from '../bench/sidecar.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { HlsViewer } from './hls-viewer.mjs';
import { startHlsJs, startMpv, TsViewer } from './players.mjs';
import { makeUnlikeFilms } from './unlike-films.mjs';

const JOINS_BETWEEN_KILLS = 10;
/** At most so many segments of slate around each kill of ffmpeg. */
const SLATES_A_KILL = 3;
const POLL_MS = 100;
/** Shown before the first join that counts, and after the last. */
const SPARE_FILMS = 20;

/** Programme after programme with a kill -9 before every tenth join, of ffmpeg and of the sidecar in turn. */
export async function soakJoins({ folder, amount }) {
  const library = path.join(folder, 'films');
  // Each is shown once, so that ffmpeg is always at work.
  await makeUnlikeFilms(path.join(folder, 'kinds'), library, amount + SPARE_FILMS);
  const folders = await freshFolders();
  const begin = (port) => startSidecar({ library, folders, rest: false, env: { SIDECAST_PORT: String(port) } });

  let sidecar = await begin(0);
  const port = new URL(sidecar.url).port;
  const address = `${sidecar.url}/stream/${sidecar.channel.id}/480p`;
  const viewer = new HlsViewer(`${address}.m3u8`, path.join(folder, 'played'));
  const tuner = new TsViewer(`${address}.ts`);
  const hlsJs = await startHlsJs(`${address}.m3u8`);
  // It gives up when it cannot load a playlist once, so it is started again with the sidecar.
  let mpv = startMpv(`${address}.m3u8`);
  const mpvErrors = [];

  const logs = [];
  const awayMs = [];
  const kills = { ffmpeg: 0, sidecar: 0, slates: { ffmpeg: 0, sidecar: 0 } };
  for (let joins = 0, turn = 0; joins < amount; joins += JOINS_BETWEEN_KILLS, turn++) {
    await untilJoins(sidecar, JOINS_BETWEEN_KILLS - 1);
    const victim = turn % 2 === 0 ? 'ffmpeg' : 'sidecar';
    const before = slates([...logs, sidecar.log()]);
    if (victim === 'ffmpeg') await killFFmpeg(sidecar);
    else {
      logs.push(sidecar.log());
      mpvErrors.push(...((await mpv?.stop()) ?? []));
      const killedAt = performance.now();
      await sidecar.kill();
      sidecar = await begin(port);
      awayMs.push(performance.now() - killedAt);
      mpv = startMpv(`${address}.m3u8`);
    }
    kills[victim]++;
    await untilJoins(sidecar, 1);
    kills.slates[victim] += slates([...logs, sidecar.log()]) - before;
    say(victim === 'ffmpeg' ? 'f' : 's');
  }
  say('\n');
  mpvErrors.push(...((await mpv?.stop()) ?? []));
  const problems = { mpv: mpv && mpvErrors, hlsJs: await hlsJs?.stop() };
  tuner.stop();
  const played = await viewer.stop();
  const verdict = await judge(played);
  const all = slates([...logs, sidecar.log()]);
  await sidecar.stop();
  await removeFolders(folders);

  return {
    rows: [
      row('joins', [amount], ''),
      row('segments played', [viewer.segments], ''),
      row('kills of ffmpeg, of the sidecar', [kills.ffmpeg, kills.sidecar], ''),
      row('segments of slate in all', [all], ''),
      ...(awayMs.length > 0 ? [row('the sidecar was away for', awayMs)] : []),
    ],
    criteria: [
      criterion('faults that the judge finds', verdict.exitCode, 0, ''),
      criterion(
        'segments of slate for each kill of ffmpeg',
        kills.slates.ffmpeg / Math.max(1, kills.ffmpeg),
        SLATES_A_KILL,
        '',
      ),
      criterion('segments of slate around kills of the sidecar', kills.slates.sidecar, 0, ''),
      criterion('what the plain player stumbled over', viewer.faults.length, 0, ''),
      criterion('connections of the tuner lost, but for kills of the sidecar', tuner.lost - kills.sidecar, 0, ''),
      ...Object.entries(problems).flatMap(([name, errors]) =>
        errors === undefined ? [] : [criterion(`errors of ${name}`, errors.length, 0, '')],
      ),
    ],
    notes: [
      ...viewer.faults.slice(0, 5),
      ...(verdict.exitCode === 0 ? [] : verdict.text.split('\n').slice(0, 10)),
      ...Object.entries(problems).flatMap(([name, errors]) =>
        errors === undefined ? [`${name} is not installed`] : errors.slice(0, 5).map((error) => `${name}: ${error}`),
      ),
    ],
  };
}

/** Resolves when so many more programmes have begun. */
async function untilJoins(sidecar, count) {
  const start = async () => (await json(sidecar, `/api/channels/${sidecar.channel.id}/now`)).now?.start;
  let last = await start();
  for (let seen = 0; seen < count;) {
    await delay(POLL_MS);
    const now = await start();
    if (now !== last) seen++;
    last = now;
  }
}

/** The next ffmpeg that is at work. */
async function killFFmpeg({ pid }) {
  for (;;) {
    const [child] = await childrenOf(pid);
    if (child !== undefined) {
      process.kill(child, 'SIGKILL');
      return;
    }
    await delay(5);
  }
}

/** Segments of slate, as the logs tell: from where a card is shown to where the next programme is aired. */
function slates(logs) {
  let count = 0;
  for (const log of logs) {
    let since;
    for (const line of log.split('\n')) {
      if (!line.startsWith('{')) continue;
      const { msg, segment } = JSON.parse(line);
      if (/ shows its card/.test(msg)) since ??= segment;
      else if (/ airs "/.test(msg) && since !== undefined) {
        count += segment - since;
        since = undefined;
      }
    }
  }
  return count;
}

function judge(source) {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'verify', source], { maxBuffer: 1e8 }, (error, stdout) => {
      resolve({ exitCode: error?.code ?? 0, text: stdout });
    });
  });
}
