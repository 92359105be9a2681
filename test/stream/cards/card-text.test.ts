import { expect, it } from '@jest/globals';
import { offAirText, slateText, startingText } from '../../../src/stream/cards/card-text.ts';

const startMs = Date.parse('2031-05-06T18:00:00Z');

it.each([
  ['in the time zone of the schedule', 'Europe/Berlin', 'Next at 20:00'],
  ['where a zone is half an hour off', 'Asia/Kolkata', 'Next at 23:30'],
  ['after midnight', 'Asia/Tokyo', 'Next at 03:00'],
])('the slate says when the next programme is: %s', (_, timeZone, label) => {
  expect(slateText('Films', { title: 'Brazil', startMs }, timeZone)).toEqual({
    heading: 'Films',
    label,
    title: 'Brazil',
  });
});

it('where nothing is known of what is next, it says something friendly', () => {
  expect(slateText('Films', undefined, 'UTC')).toEqual({ heading: 'Films', label: 'We will be right back', title: '' });
  expect(offAirText('Films')).toEqual({ heading: 'Films', label: 'Off air', title: '' });
  expect(startingText('Films', 'Brazil')).toEqual({ heading: 'Films', label: 'Starting in a moment', title: 'Brazil' });
});
