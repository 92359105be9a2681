import type { CardText } from '../../drawing/card.ts';

/** What follows, and when, in milliseconds since the epoch. */
export interface Upcoming {
  readonly title: string;
  readonly startMs: number;
}

/** The card for what cannot be had: what is next, if that is known. */
export function slateText(channelName: string, next: Upcoming | undefined, timeZone: string): CardText {
  if (next === undefined) return { heading: channelName, label: 'We will be right back', title: '' };
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(next.startMs);
  return { heading: channelName, label: `Next at ${time}`, title: next.title };
}

/** The card where nothing is on, and nothing is known of what comes. */
export function offAirText(channelName: string): CardText {
  return { heading: channelName, label: 'Off air', title: '' };
}

/** The card for what takes long to begin. */
export function startingText(channelName: string, title: string): CardText {
  return { heading: channelName, label: 'Starting in a moment', title };
}
