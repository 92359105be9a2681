import Router from '@koa/router';
import {
  getStream,
  healthReport,
  listChannels,
  listStreams,
  nowOnChannel,
  startStream,
  stopStream,
} from './routes/api.ts';
import { deviceDescription, discover, lineup, lineupStatus, scanLineup, tuneByNumber } from './routes/hdhomerun.ts';
import { hlsScript, icon, pageScript, pageStyle } from './routes/assets.ts';
import { artwork } from './routes/artwork.ts';
import { xmltv } from './routes/guide.ts';
import { libraryOverview, listItems, listShows, startSync, syncEvents } from './routes/library.ts';
import { channelLogo } from './routes/logos.ts';
import { pluginManifest } from './routes/manifest.ts';
import { metricsPage } from './routes/metrics.ts';
import { homePage, watchPage } from './routes/pages.ts';
import { pastSegment, startOver } from './routes/catch-up.ts';
import { continuous, masterPlaylist, mediaPlaylist, segment } from './routes/streams.ts';
import { channelList } from './routes/tuner.ts';
import type { DeviceOptions, HttpOptions } from './services.ts';

const EXACT = { sensitive: true, strict: true };

/** The addresses of streams. On their own: players ask for them all the time, and for nothing else. */
export function createStreamRouter(options: HttpOptions): Router {
  return new Router(EXACT)
    .get('/stream/:channelId/:quality/:segment.ts', segment(options))
    .get('/stream/:channelId/past/:quality/:segment.ts', pastSegment(options))
    .get('/stream/:channelId/now.m3u8', startOver(options))
    .get('/stream/:channelId/master.m3u8', masterPlaylist(options))
    .get('/stream/:channelId/:quality.m3u8', mediaPlaylist(options))
    .get('/stream/:channelId.ts', continuous(options))
    .get('/stream/:channelId/:quality.ts', continuous(options));
}

/** Every other address that the sidecar answers; GET answers HEAD too. */
export function createRouter(options: HttpOptions): Router {
  return createDeviceRouter(options)
    .get('/', homePage(options))
    .get('/watch/:channelId', watchPage(options))
    .get('/assets/hls.min.js', hlsScript())
    .get('/assets/sidecast.js', pageScript())
    .get('/assets/sidecast.css', pageStyle())
    .get('/favicon.svg', icon())
    .get('/favicon.ico', icon())

    .get('/channels.m3u', channelList(options))
    .get('/channels/:channelId/logo.png', channelLogo(options))
    .get('/plugin-manifest.json', pluginManifest(options))

    .get('/api/streams', listStreams(options))
    .get('/api/streams/:channelId', getStream(options))
    .post('/api/streams/:channelId', startStream(options))
    .delete('/api/streams/:channelId', stopStream(options))
    .get('/api/channels', listChannels(options))
    .get('/api/channels/:channelId/now', nowOnChannel(options))
    .get('/api/library', libraryOverview(options))
    .get('/api/library/items', listItems(options))
    .get('/api/library/shows', listShows(options))
    .get('/api/library/sync', syncEvents(options))
    .post('/api/library/sync', startSync(options))
    .get('/artwork/:itemId/:kind', artwork(options))
    .get('/api/health', healthReport(options))
    .get('/metrics', metricsPage(options));
}

/** The addresses of an HDHomeRun, and the guide of its channels: all that one on a port of its own answers. */
export function createDeviceRouter(options: DeviceOptions): Router {
  return new Router(EXACT)
    .get('/discover.json', discover(options))
    .get('/lineup.json', lineup(options))
    .get('/lineup_status.json', lineupStatus())
    .post('/lineup.post', scanLineup)
    .get('/device.xml', deviceDescription(options))
    .get('/auto/:tuned', tuneByNumber(options))
    .get('/guide.xml', xmltv(options))
    .get('/guide.xml.gz', xmltv(options, { isCompressedFile: true }));
}
