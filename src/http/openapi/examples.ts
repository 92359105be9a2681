const id = '3f0c6a9e-5d1b-4c57-9f0e-2b8f1a7c6d54';

/** What somebody might send; tests hold each against the schema of its route. */
export const programming = {
  kind: 'scheduled',
  default: {
    content: [{ kind: 'query', where: { kind: 'film', genre: ['Comedy'], not: { certificate: ['R'] } } }],
    order: { kind: 'shuffle', distance: 20 },
    pad_minutes: 30,
  },
  dayparts: [
    {
      name: 'Christmas',
      times: [{ dates: [{ from: '12-24', to: '12-26' }], from: '06:00', to: '24:00' }],
      content: [{ kind: 'collection', name: 'Christmas films' }],
    },
    {
      name: 'Early evening',
      times: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '18:00', to: '20:00' }],
      content: [{ kind: 'show', show: 'The Office' }],
      order: { kind: 'season_episode' },
      programmes: 2,
    },
  ],
  filler: [{ content: [{ kind: 'collection', name: 'Trailers' }], use: ['gaps', 'between'] }],
};
export const channel = { number: '7', name: 'Family', group: 'Home', time_zone: 'Europe/Berlin', programming };
/** Which a library has not whose show is called "The Office (US)". */
const warnings = [
  {
    path: 'programming.dayparts.1.content.0.show',
    message: 'no show is called "The Office"; did you mean "The Office (US)"?',
  },
];
export const warnedChannel = {
  ...{ id, ...channel, description: '', enabled: true, listed: true, found_for: null },
  ...{ frame_rate: '25', segment_seconds: 2, qualities: ['720p', '480p'], tuner_quality: '720p' },
  ...{ logo: { kind: 'generated', from: null }, guide_id: `${id}.sidecast` },
  logo_url: `http://nas.local:8765/channels/${id}/logo.png`,
  stream_url: `http://nas.local:8765/stream/${id}.ts`,
  hls_url: `http://nas.local:8765/stream/${id}/master.m3u8`,
  warnings,
};
export const previewed = {
  frame_rate: '25',
  programmes: [
    {
      ...{ kind: 'programme', start: '2026-12-24T17:00:00.000Z', end: '2026-12-24T19:00:00.000Z' },
      item: { id: 'a1', kind: 'film', title: 'The Apartment', show: null, season: null, episode: null },
    },
  ],
  warnings,
};
export const patch = { name: 'Family evening', number: '7.1' };
export const copy = { name: 'Family, once more' };
export const order = { numbers: { [id]: '12' } };
export const preview = { programming, time_zone: 'Europe/Berlin', hours: 48 };
export const suggest = { create: true };
export const lineUp = {
  sidecast_channels: 1,
  channels: [channel, { name: 'Family, an hour later', programming: { kind: 'delay', channel_id: id, minutes: 60 } }],
};
export const logo = { url: 'https://example.org/logo.png' };
export const syncEvents = [
  'event: progress',
  'data: {"running":true,"source":"folder:/films","items":500,"expected":1200}',
  '',
  '',
].join('\n');
