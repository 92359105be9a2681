import type { Channel } from '../../catalog/channels/channel.ts';
import type { NowNext } from '../now-next.ts';
import type { ProgrammeView } from '../services/guide.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';

/** What is shorter than this would begin and end in the same minute on the page. */
const SHORT_MS = 120_000;

/** A channel with what is on it. */
export interface OnAir extends NowNext {
  readonly channel: Channel;
}

/** What a page says of what is on now and what follows. */
export function renderOnAir({ channel, now, next }: OnAir, nowMs: number, timeZone: string): Html {
  const clock = clockIn(timeZone, now === undefined || now.stopMs - now.startMs >= SHORT_MS ? undefined : '2-digit');
  return html`${
    now === undefined
      ? html`<p class="title">Nothing planned</p>`
      : html`<p class="title">${titleOf(now, channel)}</p>
          <p class="detail">${detailOf(now, channel)}</p>
          <p class="times">
            <time>${clock(now.startMs)}</time>
            <progress
              aria-label="How far it is"
              max="${now.stopMs - now.startMs}"
              value="${nowMs - now.startMs}"
              data-start="${now.startMs}"
            ></progress>
            <time>${clock(now.stopMs)}</time>
          </p>`
  }
  ${
    next === undefined
      ? undefined
      : html`<p class="next"><span class="quiet">Next ${clock(next.startMs)}</span> ${titleOf(next, channel)}</p>`
  }`;
}

/** When a page that shows these must be looked at again, milliseconds since the epoch; a minute hence if never. */
export function staleAt(onAir: readonly NowNext[], nowMs: number): number {
  return Math.min(...onAir.map(({ now, next }) => now?.stopMs ?? next?.startMs ?? nowMs + 60_000), nowMs + 3_600_000);
}

/** The show; on a channel of that very show, the episode. */
function titleOf({ item }: ProgrammeView, channel: Channel): string {
  return item.show === null || item.show === channel.name ? item.title : item.show;
}

function detailOf(programme: ProgrammeView, channel: Channel): string {
  const { kind, title, season, episode } = programme.item;
  if (kind === 'film') return 'Film';
  const parts = [
    season === null ? '' : `Season ${season}`,
    episode === null ? '' : `Episode ${episode}`,
    titleOf(programme, channel) === title ? '' : title,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Made once: that takes longer than all the rest of a page with many channels. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Hours and minutes, and seconds where asked for; the day is not needed, since nothing shown is a day away. */
function clockIn(timeZone: string, second: '2-digit' | undefined): (epochMs: number) => string {
  const key = `${timeZone} ${second}`;
  const clock =
    clocks.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second });
  clocks.set(key, clock);
  return (epochMs) => clock.format(epochMs);
}
