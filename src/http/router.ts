import Router from '@koa/router';
import { getStream, healthReport, listStreams, startStream, stopStream } from './routes/api.ts';
import { deviceDescription, discover, lineup, lineupStatus, scanLineup, tuneByNumber } from './routes/hdhomerun.ts';
import { hlsScript, icon, pageScript, pageStyle } from './routes/assets.ts';
import { hostAddresses, revokeAddresses } from './routes/addresses.ts';
import { artwork } from './routes/artwork.ts';
import { xmltv } from './routes/guide.ts';
import { libraryOverview, listItems, listShows, startSync, syncEvents } from './routes/library.ts';
import { anyChannelLogo, channelLogo, deleteLogo, putLogo } from './routes/logos.ts';
import { exportChannels, importChannels } from './routes/line-up.ts';
import { apiDocs, openAPI } from './routes/docs.ts';
import { channelGuide, guideGrid, nowOnChannel } from './routes/programme-guide.ts';
import {
  copyChannel,
  createChannels,
  deleteChannel,
  getChannel,
  listChannels,
  orderChannels,
  patchChannel,
} from './routes/channels.ts';
import { previewProgramming, programmingSchema, putProgramming, suggestChannels } from './routes/programming.ts';
import { pluginManifest } from './routes/manifest.ts';
import { metricsPage } from './routes/metrics.ts';
import { homePage, watchPage } from './routes/pages.ts';
import { pastSegment, startOver } from './routes/catch-up.ts';
import { continuous, masterPlaylist, mediaPlaylist, segment } from './routes/streams.ts';
import { channelList } from './routes/tuner.ts';
import type { DeviceOptions, HttpOptions } from './options.ts';

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
  return addChannelRoutes(createDeviceRouter(options), options)
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

    .get('/api/addresses', hostAddresses(options))
    .post('/api/addresses/revoke', revokeAddresses(options))
    .get('/api/streams', listStreams(options))
    .get('/api/streams/:channelId', getStream(options))
    .post('/api/streams/:channelId', startStream(options))
    .delete('/api/streams/:channelId', stopStream(options))
    .get('/api/library', libraryOverview(options))
    .get('/api/library/items', listItems(options))
    .get('/api/library/shows', listShows(options))
    .get('/api/library/sync', syncEvents(options))
    .post('/api/library/sync', startSync(options))
    .get('/artwork/:itemId/:kind', artwork(options))
    .get('/api/health', healthReport(options))
    .get('/metrics', metricsPage(options));
}

/** Channels as those have them who make and change them. */
function addChannelRoutes(router: Router, options: HttpOptions): Router {
  return router
    .get('/api/channels', listChannels(options))
    .post('/api/channels', createChannels(options))
    .post('/api/channels/preview', previewProgramming(options))
    .post('/api/channels/suggest', suggestChannels(options))
    .put('/api/channels/order', orderChannels(options))
    .get('/api/channels/export', exportChannels(options))
    .post('/api/channels/import', importChannels(options))
    .get('/api/channels/:channelId', getChannel(options))
    .patch('/api/channels/:channelId', patchChannel(options))
    .delete('/api/channels/:channelId', deleteChannel(options))
    .post('/api/channels/:channelId/duplicate', copyChannel(options))
    .put('/api/channels/:channelId/programming', putProgramming(options))
    .get('/api/channels/:channelId/logo', anyChannelLogo(options))
    .put('/api/channels/:channelId/logo', putLogo(options))
    .delete('/api/channels/:channelId/logo', deleteLogo(options))
    .get('/api/channels/:channelId/now', nowOnChannel(options))
    .get('/api/channels/:channelId/guide', channelGuide(options))
    .get('/api/guide', guideGrid(options))
    .get('/api/programming-schema.json', programmingSchema())
    .get('/api/openapi.json', openAPI(options))
    .get('/api/docs', apiDocs(options));
}

/** The addresses of an HDHomeRun, and the guide of its channels: all that one on a port of its own answers. */
export function createDeviceRouter(options: DeviceOptions): Router {
  const guide = xmltv(options);
  return new Router(EXACT)
    .get('/discover.json', discover(options))
    .get('/lineup.json', lineup(options))
    .get('/lineup_status.json', lineupStatus())
    .post('/lineup.post', scanLineup)
    .get('/device.xml', deviceDescription(options))
    .get('/auto/:tuned', tuneByNumber(options))
    .get('/guide.xml', guide.plain)
    .get('/guide.xml.gz', guide.compressed);
}
