import { describe, expect, it, test } from '@jest/globals';
import { isHost } from '../../src/http/base-url.ts';
import { statusOf } from '../../src/http/error-protocol.ts';
import { isLoopback } from '../../src/http/own-site.ts';
import { escapeHtml, html } from '../../src/http/pages/html.ts';
import { isSafeTarget } from '../../src/http/request-path.ts';
import { addViewer, createViewer, viewerOf } from '../../src/http/viewer.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import { AppError } from '../../src/shared/errors.ts';

describe('the target of a request', () => {
  it.each([
    ['/', true],
    ['/stream/a/720p.m3u8?viewer=..', true],
    ['/a..b/c...d', true],
    ['/100%25', true],
    ['/%E6%9D%B1', true],
    ['/../etc/passwd', false],
    ['/stream/..', false],
    ['/stream/%2e%2E/x.ts', false],
    ['/stream/%252e%252e/x.ts', false],
    ['/stream/..%2fx', false],
    ['/stream/..%5cx', false],
    ['/stream\\x', false],
    ['/x%00.ts', false],
    ['/x%2500.ts', false],
    ['/%c0%ae%c0%ae/x', false],
    ['/%', false],
    ['http://host/../x', false],
  ])('%s', (target, safe) => expect(isSafeTarget(target)).toBe(safe));
});

describe('the Host header', () => {
  it.each([
    ['nas.local:8765', true],
    ['192.168.1.4', true],
    ['my_container:80', true],
    ['[::1]:8765', true],
    ['a', true],
    ['', false],
    ['nas.local:port', false],
    ['nas.local/evil', false],
    ['user@nas', false],
    ['a"b', false],
    ['a b', false],
    ['-nas', false],
    ['[::1', false],
    ['a'.repeat(300), false],
  ])('%s', (host, valid) => expect(isHost(host)).toBe(valid));
});

describe('each error has its status', () => {
  it.each<[ErrorCode, number]>([
    ['invalid_path', 400],
    ['invalid_quality', 400],
    ['invalid_segment_name', 400],
    ['forbidden', 403],
    ['channel_not_found', 404],
    ['segment_not_found', 404],
    ['method_not_allowed', 405],
    ['stream_already_exists', 409],
    ['manager_stopped', 503],
    ['ffmpeg_not_found', 503],
    ['database_corrupt', 500],
  ])('%s is %d', (code, status) => expect(statusOf(new AppError(code, 'x'))).toBe(status));

  test('what is no error of ours is 500', () => expect(statusOf(new RangeError('x'))).toBe(500));
});

describe('loopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.168.1.5', false],
    ['::ffff:192.168.1.5', false],
    ['fe80::1', false],
    [undefined, false],
  ])('%s', (address, loopback) => expect(isLoopback(address)).toBe(loopback));
});

describe('viewers', () => {
  test('a new one is 22 characters that an address can carry, and is its own', () => {
    const viewer = createViewer();
    expect(viewer).toMatch(/^[\w-]{22}$/);
    expect(viewerOf(`viewer=${viewer}`)).toBe(viewer);
    expect(viewerOf(`a=b&viewer=${viewer}&c`)).toBe(viewer);
    expect(createViewer()).not.toBe(viewer);
  });

  const name = 'x'.repeat(22);
  it.each([
    '',
    'viewer=',
    'viewer=short',
    `viewer=${name}x`,
    `viewer=${name.slice(1)}!`,
    `my-viewer=${name}`,
    `viewer=${name}&viewer=${'y'.repeat(22)}`,
    `viewer=&viewer=${name}`,
  ])('"%s" names nobody', (query) => expect(viewerOf(query)).toBeUndefined());

  test('only the variants of a master playlist carry one', () => {
    expect(addViewer('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p.m3u8\n', 'abc')).toBe(
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p.m3u8?viewer=abc\n',
    );
  });
});

test('a template escapes its values, but not markup', () => {
  const list = [html`<i>${'&'}</i>`, html`<b></b>`];
  expect(html`<p title="${'"\''}">${'<x>'}${undefined}${3}${list}</p>`.markup).toBe(
    '<p title="&#34;&#39;">&#60;x&#62;3<i>&#38;</i><b></b></p>',
  );
  expect(escapeHtml('plain')).toBe('plain');
});
