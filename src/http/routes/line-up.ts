import type { Channel } from '../../catalog/channels/channel.ts';
import type { RouterMiddleware } from '@koa/router';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { lineUpDocument } from '../../catalog/channels/channel-input.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { addressBaseOf } from '../address-base.ts';
import { jsonOf } from '../body.ts';
import { readBody } from '../request-body.ts';
import { parseGiven } from '../parse.ts';
import { channelsTag, seenWhereTouched } from '../preconditions.ts';
import { flag, parseQuery } from '../query.ts';
import { respondWithTagged, respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { changeFormat, warned } from './channels.ts';

type Options = Pick<HttpOptions, 'channels' | 'settings' | 'access'>;

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

export const exportQuery = z.strictObject({
  format: z.enum(['json', 'yaml'], { error: 'use json or yaml' }).default('json'),
});
export const importQuery = z.strictObject({
  replace: flag.default(false).describe('Removes all channels that the document does not name'),
  change_format: changeFormat,
});

/** All channels as one document, with the validator of all of them. */
export function exportChannels({ channels }: Options): RouterMiddleware {
  return async function sendExport(ctx) {
    const { format } = parseQuery(ctx, exportQuery);
    const { document, channels: all } = await channels.export();
    ctx.set('Content-Disposition', `attachment; filename="sidecast-channels.${format}"`);
    const body = format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document);
    await respondWithText(ctx, { type: `application/${format}; charset=utf-8`, body, tag: channelsTag(all) });
  };
}

/** Makes channels as a document says, once or any number of times. Who changes those that there are says what was seen. */
export function importChannels({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerImport(ctx) {
    const { replace, change_format: mayChangeFormat } = parseQuery(ctx, importQuery);
    const seen = seenWhereTouched(ctx);
    const { type } = ctx.request;
    const isYAML = YAML_TYPES.includes(type);
    if (!isYAML && type !== 'application/json') {
      throw new AppError('unsupported_media_type', 'unsupported media type; send application/json or application/yaml');
    }
    const sent = (await readBody(ctx)).toString();
    const given = isYAML ? yamlOf(sent) : jsonOf(sent);
    const document = parseGiven(lineUpDocument, given, 'invalid_body', 'body');
    const check = (all: readonly Channel[], isTouched: boolean) => seen(channelsTag(all), isTouched);
    const after = await channels.import(document, { replace, check, mayChangeFormat });
    const base = addressBaseOf(ctx, { settings, access });
    await respondWithTagged(ctx, await warned(after, channels, base), channelsTag(after));
  };
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AppError('invalid_body', `invalid body; it is not YAML: ${messageOf(error)}`, { cause: error });
  }
}
