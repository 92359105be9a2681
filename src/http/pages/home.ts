import type { HealthCause } from '../../shared/health.ts';
import {
  type AddressBase,
  guideAddress,
  m3uAddress,
  masterAddress,
  tunerAddress,
} from '../../tuner/channel-address.ts';
import { renderAddress } from './address.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { renderLayout } from './layout.ts';
import type { OnAir } from './on-air.ts';
import { renderOnAir, staleAt } from './on-air.ts';

export interface HomePage {
  readonly onAir: readonly OnAir[];
  /** What is wrong. */
  readonly causes: readonly HealthCause[];
  readonly base: AddressBase;
  readonly nowMs: number;
  readonly timeZone: string;
  /** A browser that has brought the key. */
  readonly canLogOut: boolean;
}

/** All channels with what is on, and the addresses for players and media servers. */
export function renderHome(page: HomePage): string {
  const { onAir, causes, base, nowMs } = page;
  const body = html`<main id="live" data-now="${nowMs}" data-stale="${staleAt(onAir, nowMs)}">
      ${causes.map(
        ({ message, advice }) => html`<p class="cause" role="status">${message}<br />What to do: ${advice}</p>`,
      )}
      ${
        onAir.length === 0
          ? html`<p class="empty">No channels yet. They appear here as soon as the library has been read.</p>`
          : html`<div class="channels">${onAir.map((channel) => renderCard(channel, page))}</div>`
      }
    </main>
    ${renderLineUp()} ${renderTuneIn(base.lists)}
    ${
      page.canLogOut
        ? html`<form class="log-out" method="post" action="logout"><button type="submit">Log out</button></form>`
        : undefined
    }`;
  return renderLayout({ title: 'Sidecast', root: '', body });
}

function renderCard(onAir: OnAir, { base, nowMs, timeZone }: HomePage): Html {
  const { id, number, name } = onAir.channel;
  return html`<article class="card">
    <h2><span class="number">${number}</span> <a href="watch/${id}">${name}</a></h2>
    ${renderOnAir(onAir, nowMs, timeZone)}
    <div class="actions">
      <a class="button" href="watch/${id}">Watch</a>
      <details id="addresses-${id}">
        <summary>Addresses</summary>
        ${renderAddress('TV stream', tunerAddress(base, id))} ${renderAddress('HLS', masterAddress(base, id))}
      </details>
    </div>
  </article>`;
}

/** All that `/api/channels/suggest` would make, with one click. */
function renderLineUp(): Html {
  return html`<section class="tune-in">
    <h2>More channels</h2>
    <p class="quiet">
      Genres, decades, long shows, films by night, something for children: whatever your library is rich in.
    </p>
    <p class="actions">
      <button type="button" data-line-up>Make a line-up</button>
      <span class="quiet" role="status"></span>
    </p>
  </section>`;
}

function renderTuneIn(baseUrl: string): Html {
  return html`<section class="tune-in">
    <h2>In your media server</h2>
    <div class="columns">
      <div>
        ${renderAddress('Channels (M3U)', m3uAddress(baseUrl))} ${renderAddress('Guide (XMLTV)', guideAddress(baseUrl))}
      </div>
      <dl>
        <dt>Jellyfin</dt>
        <dd>Dashboard, Live TV: add an M3U tuner with the first address, then an XMLTV guide with the second.</dd>
        <dt>Kodi</dt>
        <dd>Add-on <em>IPTV Simple Client</em>: the first address as playlist; it finds the guide by itself.</dd>
        <dt>VLC</dt>
        <dd>Media, Open Network Stream: the first address, or any channel’s own.</dd>
      </dl>
    </div>
  </section>`;
}
