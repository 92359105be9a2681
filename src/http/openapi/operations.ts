import { z } from 'zod';
import {
  channelCopy,
  channelInput,
  channelOrder,
  channelPatch,
  lineUpDocument,
} from '../../catalog/channels/channel-input.ts';
import { content, order, query } from '../../schedule/programming/content.ts';
import { programming } from '../../schedule/programming/programming.ts';
import { channelsQuery, newChannels, patchQuery } from '../routes/channels.ts';
import { gridQuery, guideQuery } from '../routes/programme-guide.ts';
import { itemsQuery, showsQuery, syncQuery } from '../routes/library.ts';
import { exportQuery, importQuery } from '../routes/line-up.ts';
import { logoBody } from '../routes/logos.ts';
import { previewBody, programmingQuery, suggestBody } from '../routes/programming.ts';
import { channel } from '../channel-json.ts';
import { item, programme } from '../guide-json.ts';
import { describedItem } from '../item-json.ts';
import { sourceSummary, syncProgress } from '../library-json.ts';
import { hostAddressesAnswer } from '../routes/addresses.ts';
import { healthAnswer, streamsQuery } from '../routes/api.ts';
import * as answers from './answers.ts';
import * as examples from './examples.ts';

/** What belongs together, in words. */
export const GROUPS = {
  Channels: 'What there is to watch, and what fills it',
  Guide: 'What is on, and when',
  Library: 'What the libraries hold, and how they are looked through',
  Sidecar: 'Its addresses, its health, and this description',
  Streams: 'What is being watched',
} as const;

/** What an address of the API takes and gives. The schemas are those that its route reads requests with. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As the router has it. */
  readonly path: string;
  readonly group: keyof typeof GROUPS;
  readonly summary: string;
  readonly query?: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  readonly body?: z.ZodType;
  /** A body as somebody might send it. */
  readonly example?: unknown;
  /** Other kinds of bodies besides JSON. */
  readonly bodyTypes?: readonly string[];
  readonly answer?: z.ZodType;
  /** An answer as somebody might get it. */
  readonly answerExample?: unknown;
  readonly answerType?: string;
  /** Other kinds of the same answer. */
  readonly otherAnswerTypes?: readonly string[];
  readonly status?: 200 | 201 | 202 | 204;
  /** Of the same answer, where it makes something or finds that there. */
  readonly otherStatus?: 200 | 201;
  /** The answer comes with the ETag that If-Match takes. */
  readonly isTagged?: boolean;
  /** It needs If-Match, or only where it changes something that there is. */
  readonly changesSeen?: boolean | 'where touched';
  /** Besides those that any may have, and any with a body. */
  readonly errors?: readonly number[];
  /** Errors that say more than others do. */
  readonly otherErrors?: Readonly<Record<number, z.ZodType>>;
}

const one = {
  group: 'Channels',
  errors: [404],
  answer: answers.warnedChannel,
  answerExample: examples.warnedChannel,
  isTagged: true,
} as const;
const change = { ...one, changesSeen: true } as const;

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/api/channels', group: 'Channels', summary: 'All channels' },
    ...{ query: channelsQuery, answer: z.array(channel), isTagged: true },
  },
  {
    ...{
      method: 'post',
      path: '/api/channels',
      group: 'Channels',
      summary: 'Makes a channel, or several: all or none',
    },
    ...{ body: newChannels, example: examples.channel, status: 201, errors: [409] },
    answer: z.union([answers.warnedChannel, z.array(answers.warnedChannel)]),
    answerExample: examples.warnedChannel,
  },
  { ...one, method: 'get', path: '/api/channels/:channelId', summary: 'A channel' },
  {
    ...change,
    ...{ method: 'patch', path: '/api/channels/:channelId', summary: 'Changes what is said of a channel' },
    ...{ query: patchQuery, body: channelPatch, example: examples.patch, errors: [404, 409] },
  },
  {
    ...{ method: 'delete', path: '/api/channels/:channelId', group: 'Channels', summary: 'Removes a channel' },
    ...{ changesSeen: true, status: 204, errors: [404, 409] },
  },
  {
    ...one,
    ...{ method: 'post', path: '/api/channels/:channelId/duplicate', body: channelCopy, status: 201 },
    ...{ summary: 'Makes a second channel with the same programming, in another shuffle', errors: [404, 409] },
    example: examples.copy,
  },
  {
    ...{ method: 'put', path: '/api/channels/order', group: 'Channels', changesSeen: true, body: channelOrder },
    summary: 'Puts channels into another order, or gives them other numbers',
    ...{ example: examples.order, errors: [404, 409], answer: z.array(channel), isTagged: true },
  },
  {
    ...change,
    ...{ method: 'put', path: '/api/channels/:channelId/programming', query: programmingQuery, body: programming },
    example: examples.programming,
    summary: 'Changes what a channel shows: what starts in the next two minutes stays, unless it is applied now',
  },
  {
    ...{ method: 'post', path: '/api/channels/preview', group: 'Channels', body: previewBody, answer: answers.preview },
    ...{ summary: 'What a programming would show from now on; nothing is kept', errors: [404] },
    ...{ example: examples.preview, answerExample: examples.previewed },
  },
  {
    ...{ method: 'post', path: '/api/channels/suggest', group: 'Channels', body: suggestBody },
    ...{ summary: 'Channels that the library is good for; makes all of them with create', answer: answers.suggestions },
    ...{ otherStatus: 201, errors: [409], example: examples.suggest },
  },
  {
    ...{ method: 'get', path: '/api/channels/export', group: 'Channels', query: exportQuery, answer: lineUpDocument },
    ...{ summary: 'All channels as one document, in JSON or YAML', isTagged: true },
    otherAnswerTypes: ['application/yaml'],
  },
  {
    ...{ method: 'post', path: '/api/channels/import', group: 'Channels', query: importQuery, body: lineUpDocument },
    ...{ summary: 'Makes channels as a document says, once or any number of times', bodyTypes: ['application/yaml'] },
    ...{ errors: [409], changesSeen: 'where touched', answer: z.array(answers.warnedChannel), isTagged: true },
    example: examples.lineUp,
  },
  {
    ...{ method: 'get', path: '/api/channels/:channelId/logo', group: 'Channels', answerType: 'image/png' },
    ...{ summary: 'The picture of a channel', errors: [404] },
  },
  {
    ...change,
    ...{ method: 'put', path: '/api/channels/:channelId/logo', body: logoBody, example: examples.logo },
    ...{ summary: 'Gives a channel a picture: the picture itself, or its address', bodyTypes: ['image/*'] },
  },
  {
    ...change,
    ...{ method: 'delete', path: '/api/channels/:channelId/logo' },
    summary: 'Takes the picture of a channel away; its name is drawn instead',
  },
  {
    ...{ method: 'get', path: '/api/channels/:channelId/now', group: 'Guide', answer: answers.nowNext, errors: [404] },
    summary: 'What is on a channel, how far it is, and what follows',
  },
  {
    ...{ method: 'get', path: '/api/channels/:channelId/guide', group: 'Guide', query: guideQuery },
    ...{ summary: 'What is on a channel between two moments', answer: answers.channelGuide, errors: [404] },
  },
  {
    ...{ method: 'get', path: '/api/guide', group: 'Guide', query: gridQuery, answer: answers.grid, errors: [404] },
    summary: 'What is on several channels between two moments',
  },
  {
    ...{ method: 'get', path: '/api/programming-schema.json', group: 'Channels', answer: answers.jsonSchema },
    summary: 'What programming may be, as a JSON schema',
  },
  {
    ...{ method: 'get', path: '/api/library', group: 'Library', answer: answers.library },
    summary: 'What was found in the libraries, and how far a sync has come',
  },
  {
    ...{ method: 'get', path: '/api/library/items', group: 'Library', query: itemsQuery, answer: answers.items },
    summary: 'Films and episodes, searched, filtered and sorted; those without a value to sort by last in either order',
  },
  {
    ...{ method: 'get', path: '/api/library/shows', group: 'Library', query: showsQuery, answer: answers.shows },
    summary: 'Shows by name',
  },
  {
    ...{ method: 'get', path: '/api/library/sync', group: 'Library', answerType: 'text/event-stream' },
    ...{ answer: answers.syncEvents, answerExample: examples.syncEvents },
    summary: 'How a sync goes on, as server-sent events until it ends',
  },
  {
    ...{ method: 'post', path: '/api/library/sync', group: 'Library', query: syncQuery, status: 202 },
    ...{ summary: 'Has the libraries looked through', answer: syncProgress },
  },
  {
    ...{ method: 'get', path: '/api/addresses', group: 'Sidecar', answer: hostAddressesAnswer },
    summary: 'The addresses of list, guide and HDHomeRun, for hosts',
  },
  {
    ...{ method: 'post', path: '/api/addresses/revoke', group: 'Sidecar', answer: hostAddressesAnswer, errors: [409] },
    summary: 'Makes all signed addresses worthless',
  },
  {
    ...{ method: 'get', path: '/api/streams', group: 'Streams', query: streamsQuery, answer: z.array(answers.stream) },
    summary: 'All stream sessions, or those in a state',
  },
  {
    ...{ method: 'get', path: '/api/streams/:channelId', group: 'Streams', answer: answers.stream, errors: [404] },
    summary: 'The stream session of a channel',
  },
  {
    ...{ method: 'post', path: '/api/streams/:channelId', group: 'Streams', answer: answers.stream, status: 201 },
    ...{ summary: 'Starts the stream of a channel; If-None-Match: * refuses one that there is', otherStatus: 200 },
    ...{ errors: [404], otherErrors: { 409: answers.streamThere } },
  },
  {
    ...{ method: 'delete', path: '/api/streams/:channelId', group: 'Streams', status: 204, errors: [404] },
    summary: 'Stops the stream of a channel',
  },
  {
    ...{ method: 'get', path: '/api/health', group: 'Sidecar', answer: healthAnswer },
    otherErrors: { 503: z.union([healthAnswer, answers.error]) },
    summary: 'How the sidecar is; 503 when it cannot work',
  },
  {
    ...{ method: 'get', path: '/api/openapi.json', group: 'Sidecar', answer: answers.openAPI },
    summary: 'This description of the API',
  },
  {
    ...{ method: 'get', path: '/api/docs', group: 'Sidecar', answerType: 'text/html' },
    summary: 'This description as a page',
  },
];

/** Schemas that are named once and referred to. */
export const NAMED_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  Channel: channel,
  WarnedChannel: answers.warnedChannel,
  NewChannel: channelInput,
  ChannelPatch: channelPatch,
  LineUp: lineUpDocument,
  Programming: programming,
  Content: content,
  Order: order,
  LibraryQuery: query,
  Programme: programme,
  Item: item,
  DescribedItem: describedItem,
  Library: sourceSummary,
  Health: healthAnswer,
  Stream: answers.stream,
  Error: answers.error,
};
