import { expect, test } from '@jest/globals';
import { sampleAspectOf } from '../../src/library/sample-aspect.ts';

test.each<[width: number | null, height: number | null, shown: string | null, aspect: string | undefined]>([
  [1920, 1080, '16:9', '1:1'],
  [640, 272, '2.35:1', '1:1'],
  [352, 288, '11:9', '1:1'],
  [720, 576, '16:9', '64:45'],
  [720, 576, '4:3', '16:15'],
  [704, 576, '16:9', '16:11'],
  [720, 480, '16:9', '32:27'],
  [720, 480, '4:3', '8:9'],
  [704, 480, '4:3', '10:11'],
  [1440, 1080, '16:9', '4:3'],
  [1280, 1080, '16:9', '3:2'],
  [1280, 544, '16:9', '189:250'],
  [1920, 1080, null, undefined],
  [1920, 1080, '0:1', undefined],
  [null, 1080, '16:9', undefined],
])('samples of %s x %s shown as %s are %s', (width, height, shown, aspect) => {
  const found = sampleAspectOf(width, height, shown);
  expect(found ? `${found.num}:${found.den}` : undefined).toBe(aspect);
});
