import { type AddressBase, masterAddress, tunerAddress } from '../../tuner/channel-address.ts';
import { renderAddress } from './address.ts';
import { html } from './html.ts';
import { renderLayout } from './layout.ts';
import type { OnAir } from './on-air.ts';
import { renderOnAir, staleAt } from './on-air.ts';

export interface WatchPage {
  readonly onAir: OnAir;
  readonly base: AddressBase;
  /** The element of paths that lets this page's player in; undefined where addresses are not signed. */
  readonly signature: string | undefined;
  readonly nowMs: number;
  readonly timeZone: string;
}

/** One channel with its player. It begins in the channel's tuner quality; others are started by choice alone. */
export function renderWatch({ onAir, base, signature, nowMs, timeZone }: WatchPage): string {
  const { id, number, name, qualities, tunerQuality } = onAir.channel;
  const stream = `../${signature === undefined ? '' : `${signature}/`}stream/${id}`;
  const body = html`<main class="watch">
    <video
      controls
      autoplay
      playsinline
      data-master="${stream}/master.m3u8"
      data-media="${stream}/${tunerQuality}.m3u8"
      data-quality="${tunerQuality}"
    ></video>
    <p class="cause" id="trouble" role="status" hidden></p>
    <div class="beside">
      <section class="card">
        <h1><span class="number">${number}</span> ${name}</h1>
        <div id="live" data-now="${nowMs}" data-stale="${staleAt([onAir], nowMs)}">
          ${renderOnAir(onAir, nowMs, timeZone)}
        </div>
      </section>
      <section class="card">
        <label class="quality"
          >Quality
          <select id="quality">
            ${qualities.map((quality) =>
              quality === tunerQuality ? html`<option selected>${quality}</option>` : html`<option>${quality}</option>`,
            )}
          </select>
        </label>
        ${renderAddress('TV stream', tunerAddress(base, id))} ${renderAddress('HLS', masterAddress(base, id))}
      </section>
    </div>
    <noscript><p class="cause">The player needs JavaScript; the addresses above play without it.</p></noscript>
  </main>`;
  return renderLayout({ title: `${name} – Sidecast`, root: '../', body, scripts: ['hls.min.js', 'sidecast.js'] });
}
